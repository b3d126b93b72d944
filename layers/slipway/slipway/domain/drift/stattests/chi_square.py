"""Chi-square for words, with an effect size that does not grow with the sample."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Categories
from slipway.domain.drift.stattests.registry import NOTHING, Outcome, stat_test
from slipway.domain.drift.stattests.shares import frequent_cells
from slipway.domain.drift.stattests.significance import homogeneity

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison


@stat_test(
    name="chi_square",
    threshold=0.1,
    source="K. Pearson, Philosophical Magazine 50 (1900); the distance is Cramér's V as two "
    'samples of equal size would have it; 0.1 is a small effect in J. Cohen, "Statistical Power '
    'Analysis for the Behavioral Sciences" (1988). Rare categories are put together.',
    numeric=False,
)
def chi_square(comparison: Comparison) -> Outcome:
    """Compare the shares of the frequent categories; the distance is 0 to 1."""
    if not isinstance(comparison.values, Categories):
        return NOTHING
    cells = frequent_cells(comparison.values)
    if cells.empty:
        return NOTHING
    squared = sum((p - q) ** 2 / (p + q) for p, q in cells.shares() if p or q) / 2
    return Outcome(min(1.0, sqrt(squared)), homogeneity(comparison.values))
