"""What the checks of records share: those of which one side cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks.registry import Shortfall
from slipway.domain.drift.tails import more_often
from slipway.domain.drift.troubles import told_troubles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.domain.drift.evidence import Coverage
    from slipway.domain.drift.troubles import Trouble

SOURCE = "Slipway's own: Model Monitor fails where it cannot read. {}"
WORDS = "Significance if all of the baseline could be read: Fisher's test."


def lost(coverage: Coverage, troubles: Iterable[Trouble]) -> dict[str, int]:
    """Return how many records have one of these troubles, by reason."""
    return {str(each): count for each in troubles if (count := coverage.troubles.get(each, 0))}


def share_read(
    coverage: Coverage, unread: Mapping[str, int], reference_rows: int
) -> Shortfall | None:
    """Return the share of records that can be read."""
    count, records = sum(unread.values()), max(coverage.records, sum(unread.values()))
    if not count:
        return None
    p_value = more_often(count, records, 0, reference_rows)
    return Shortfall(1.0, 1 - count / records, p_value, told=told_troubles(unread))
