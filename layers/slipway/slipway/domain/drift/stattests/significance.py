"""How probable a difference is without drift: Pearson's test, and Kolmogorov's and Smirnov's."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Binned, Categories
from slipway.domain.drift.stattests.shares import (
    ENOUGH,
    Cells,
    all_cells,
    joined,
    together,
    wanted_share,
)
from slipway.domain.drift.tails import chi_square_tail, kolmogorov_tail

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison


def significance(comparison: Comparison, most: int = 20) -> float:
    """Return how probable it is that both samples of a comparison come from one distribution.

    Numbers are tested twice, by what each test sees best: a shift of all values by Kolmogorov and
    Smirnov, another shape or spread by Pearson; the smaller p-value counts double, for there were
    two to choose from (C. E. Bonferroni, 1936).
    """
    values = comparison.values
    if values is None or not isinstance(values, Binned):
        return 1.0 if values is None else homogeneity(values)
    if Cells(values.reference, values.current).empty:
        return 1.0
    gap = max(0.0, cumulative_gap(values) - comparison.error_bound)
    return min(1.0, 2 * min(cumulative_p_value(values, gap), homogeneity(values, most)))


def homogeneity(values: Binned | Categories, most: int = 20) -> float:
    """Return the p-value of Pearson's chi-square test of homogeneity.

    The cells are made of both samples' values without regard to which sample they came from. Cells
    that look at that, as those of the distances do, would themselves make a difference: they make
    p-values below 0.001 four times as frequent as they should be in windows of 200 rows.

    Source: K. Pearson, Philosophical Magazine 50 (1900).
    """
    cells = _mixed_bins(values, most) if isinstance(values, Binned) else _mixed_words(values)
    if cells.empty:
        return 1.0
    ours, theirs = cells.sizes
    statistic, used = 0.0, 0
    for left, right in zip(cells.reference, cells.current, strict=True):
        if left + right:
            used += 1
            statistic += (left * theirs - right * ours) ** 2 / (left + right) / ours / theirs
    return chi_square_tail(statistic, used - 1)


def _mixed_bins(values: Binned, most: int) -> Cells:
    whole = Cells(values.reference, values.current)
    if whole.empty:
        return whole
    total = sum(whole.sizes)
    weights = [
        (left + right) / total for left, right in zip(whole.reference, whole.current, strict=True)
    ]
    return joined(whole, weights, wanted_share(whole, most), ENOUGH / min(whole.sizes))


def _mixed_words(values: Categories) -> Cells:
    whole = all_cells(values)
    if whole.empty:
        return whole
    smaller, total = min(whole.sizes), sum(whole.sizes)
    pairs = zip(whole.reference, whole.current, strict=True)
    return together(whole, [smaller * (left + right) / total < ENOUGH / 2 for left, right in pairs])


def cumulative_gap(values: Binned) -> float:
    """Return the largest difference of the two cumulative distributions at the edges."""
    ours, theirs = values.sizes
    heights = zip(accumulate(values.reference), accumulate(values.current), strict=True)
    # In whole numbers: counts that are equal in all cells have no distance at all.
    return max([abs(before * theirs - after * ours) for before, after in heights]) / (ours * theirs)


def cumulative_p_value(values: Binned, gap: float) -> float:
    """Return how probable such a gap is if both samples come from one distribution.

    The asymptotic distribution without corrections; it errs on the safe side for finite samples
    and for ties (P. Massart, Ann. Probab. 18 (1990); F. Wei, R. M. Dudley, Statist. Probab. Lett.
    82 (2012)).
    """
    ours, theirs = values.sizes
    return kolmogorov_tail(gap * (ours * theirs / (ours + theirs)) ** 0.5)
