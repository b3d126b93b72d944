"""Counts made comparable: few cells for numbers, no rare ones for words, and their shares."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from slipway.domain.drift.evidence import Binned, Categories
from slipway.domain.drift.tails import chi_square_tail, kolmogorov_tail

# Each cell is wanted to hold so many of the smaller sample, or chi-square's distribution is a poor
# approximation of the statistic's (W. G. Cochran, Biometrics 10 (1954), asks for five).
ENOUGH = 10


class Cells(NamedTuple):
    """Counts of the same cells in both samples."""

    reference: tuple[int, ...]
    current: tuple[int, ...]

    @property
    def sizes(self) -> tuple[int, int]:
        """How many values each sample has."""
        return sum(self.reference), sum(self.current)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to compare."""
        return not all(self.sizes)

    def shares(self) -> list[tuple[float, float]]:
        """Return each cell's share of either sample."""
        ours, theirs = self.sizes
        return [
            (left / ours, right / theirs)
            for left, right in zip(self.reference, self.current, strict=True)
        ]

    def p_value(self) -> float:
        """Return Pearson's chi-square test of homogeneity.

        Source: K. Pearson, Philosophical Magazine 50 (1900).
        """
        if self.empty:
            return 1.0
        ours, theirs = self.sizes
        statistic, used = 0.0, 0
        for left, right in zip(self.reference, self.current, strict=True):
            if left + right:
                used += 1
                statistic += (left * theirs - right * ours) ** 2 / (left + right) / ours / theirs
        return chi_square_tail(statistic, used - 1)


def cells_of(values: Binned | Categories, most: int) -> Cells:
    """Return at most `most` cells of numbers, or all frequent categories and the rest together."""
    return few_cells(values, most) if isinstance(values, Binned) else frequent_cells(values)


def few_cells(values: Binned, most: int) -> Cells:
    """Join neighbouring bins until each holds about the same share of both samples together.

    The shares of both count, so that a value that was never seen before keeps a cell of its own,
    and so that neither sample is preferred.
    """
    whole = Cells(values.reference, values.current)
    if whole.empty:
        return whole
    wanted = 1 / max(2, min(most, min(whole.sizes) // ENOUGH))
    reference, current, held = [0], [0], 0.0
    for (left, right), shares in zip(
        zip(values.reference, values.current, strict=True), whole.shares(), strict=True
    ):
        share = sum(shares) / 2
        # A single value that holds a cell's worth stays alone: it is an atom, as zero often is.
        if held >= wanted or (share >= wanted and held >= wanted / 2):
            reference, current, held = [*reference, 0], [*current, 0], 0.0
        reference[-1] += left
        current[-1] += right
        held += share
    if len(reference) > 1 and held < wanted / 2:
        last_reference, last_current = reference.pop(), current.pop()
        reference[-1] += last_reference
        current[-1] += last_current
    return Cells(tuple(reference), tuple(current))


def frequent_cells(values: Categories) -> Cells:
    """Put the categories together of which the smaller sample can hold only a few."""
    whole = all_cells(values)
    if whole.empty:
        return whole
    smaller = min(whole.sizes)
    rare = [smaller * sum(shares) / 2 < ENOUGH / 2 for shares in whole.shares()]
    return Cells(_joined(whole.reference, rare), _joined(whole.current, rare))


def _joined(counts: tuple[int, ...], rare: list[bool]) -> tuple[int, ...]:
    kept = [count for count, few in zip(counts, rare, strict=True) if not few]
    rest = sum(count for count, few in zip(counts, rare, strict=True) if few)
    return (*kept, rest)


def all_cells(values: Categories) -> Cells:
    """Return every category, and what has no name as one more."""
    names = sorted({*values.reference, *values.current})
    return Cells(
        (*(values.reference.get(name, 0) for name in names), values.other_reference),
        (*(values.current.get(name, 0) for name in names), values.other_current),
    )


def cumulative_gap(values: Binned) -> float:
    """Return the largest difference of the two cumulative distributions at the edges."""
    shares = Cells(values.reference, values.current).shares()
    return min(1.0, max(abs(gap) for gap in accumulate(left - right for left, right in shares)))


def cumulative_p_value(values: Binned, gap: float) -> float:
    """Return how probable such a gap is if both samples come from one distribution.

    The asymptotic distribution without corrections; it errs on the safe side for finite samples
    and for ties (P. Massart, Ann. Probab. 18 (1990); F. Wei, R. M. Dudley, Statist. Probab. Lett.
    82 (2012)).
    """
    ours, theirs = Cells(values.reference, values.current).sizes
    return kolmogorov_tail(gap * (ours * theirs / (ours + theirs)) ** 0.5)
