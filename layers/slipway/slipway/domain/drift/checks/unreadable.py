"""Whether requests can be read: what cannot be is compared with nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks.records import SOURCE, WORDS, lost, share_read
from slipway.domain.drift.checks.registry import row_check
from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from slipway.domain.drift.checks.registry import Shortfall
    from slipway.domain.drift.evidence import Coverage

_LOST = (Trouble.MALFORMED, Trouble.HALF_WRITTEN, Trouble.UNDECODABLE, Trouble.NO_INPUT)


def unread(coverage: Coverage) -> dict[str, int]:
    """Return how many records show nothing of their request, by reason."""
    return lost(coverage, _LOST)


@row_check("unreadable", WORDS, source=SOURCE)
def unreadable(coverage: Coverage, reference_rows: int) -> Shortfall | None:
    """Return the share of records whose request can be read."""
    return share_read(coverage, unread(coverage), reference_rows)
