"""Whether records can be read: what cannot be is compared with nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks.registry import Shortfall, row_check
from slipway.domain.drift.tails import more_often
from slipway.domain.drift.troubles import Trouble, told_troubles

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Coverage

_LOST = (Trouble.MALFORMED, Trouble.HALF_WRITTEN, Trouble.UNDECODABLE, Trouble.NO_INPUT)


def unread(coverage: Coverage) -> dict[str, int]:
    """Return how many records show nothing of their request, by reason."""
    return {str(each): count for each in _LOST if (count := coverage.troubles.get(each, 0))}


@row_check(
    "unreadable",
    "Significance if all of the baseline could be read: Fisher's test.",
    source="Slipway's own: Model Monitor fails where it cannot read. {}",
)
def unreadable(coverage: Coverage, reference_rows: int) -> Shortfall | None:
    """Return the share of records that can be read."""
    lost = unread(coverage)
    count, records = sum(lost.values()), max(coverage.records, sum(lost.values()))
    if not count:
        return None
    p_value = more_often(count, records, 0, reference_rows)
    return Shortfall(1.0, 1 - count / records, p_value, told=told_troubles(lost))
