"""Keep Journal: what is told on Slipway's bus stays in the ledger, for whoever asks later."""

from slipway.adapters.ledger import Ledger
from slipway.domain.journal import JournalEntry
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{kept}`, what was told."""
    entry = JournalEntry.parse(event)
    Ledger(read_environment(LedgerEnvironment).ledger_table).keep(entry)
    return {"kept": entry.kind}
