"""The ledger: one DynamoDB table, its items documented in docs/ledger.md."""

from slipway.adapters.ledger.drift import DriftItems
from slipway.adapters.ledger.drops import DropItems
from slipway.adapters.ledger.endpoints import EndpointItems
from slipway.adapters.ledger.journal import JournalItems
from slipway.adapters.ledger.references import ReferenceItems
from slipway.adapters.ledger.releases import ReleaseItems
from slipway.adapters.ledger.rollouts import RolloutItems
from slipway.adapters.ledger.settings import SettingsItems
from slipway.adapters.ledger.tokens import TokenItems
from slipway.adapters.ledger.turns import TurnItems


class Ledger(
    DriftItems,
    DropItems,
    EndpointItems,
    JournalItems,
    ReferenceItems,
    ReleaseItems,
    RolloutItems,
    SettingsItems,
    TokenItems,
    TurnItems,
):
    """Every part of the ledger on one table; a use case sees the part that it asks for."""


__all__ = ["Ledger"]
