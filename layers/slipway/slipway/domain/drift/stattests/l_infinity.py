"""The largest change of any category's share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Categories
from slipway.domain.drift.stattests.registry import NOTHING, Outcome, stat_test
from slipway.domain.drift.stattests.shares import all_cells
from slipway.domain.drift.stattests.significance import homogeneity

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison


@stat_test(
    name="l_infinity",
    threshold=0.1,
    source="Deequ's distance of categories (awslabs/deequ, Distance.scala), which Model Monitor "
    "compares with 0.1; significance by Pearson's chi-square.",
    numeric=False,
)
def l_infinity(comparison: Comparison) -> Outcome:
    """Compare every category, also the rare ones; the distance is 0 to 1."""
    if not isinstance(comparison.values, Categories):
        return NOTHING
    cells = all_cells(comparison.values)
    if cells.empty:
        return NOTHING
    gap = max(abs(p - q) for p, q in cells.shares())
    return Outcome(gap, homogeneity(comparison.values))
