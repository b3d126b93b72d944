"""Counts made comparable: few cells for numbers, no rare ones for words, and their shares."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from slipway.domain.drift.evidence import Binned, Categories

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def cells_of(values: Binned | Categories, most: int) -> Cells:
    """Return at most `most` cells of numbers, or all frequent categories and the rest together."""
    return few_cells(values, most) if isinstance(values, Binned) else frequent_cells(values)


def few_cells(values: Binned, most: int) -> Cells:
    """Join neighbouring bins until each cell holds about the same share of both samples together.

    The shares of both count, so that a value that was never seen before keeps a cell of its own,
    and so that neither sample is preferred.
    """
    whole = Cells(values.reference, values.current)
    if whole.empty:
        return whole
    return joined(whole, [(p + q) / 2 for p, q in whole.shares()], wanted_share(whole, most))


def baseline_cells(values: Binned, most: int) -> Cells:
    """Join neighbouring bins until each cell holds about the same share of the baseline.

    Where the baseline has no value at all the window's count, or a constant that becomes another
    one would stay in its cell.
    """
    whole = Cells(values.reference, values.current)
    if whole.empty:
        return whole
    return joined(whole, [p or q for p, q in whole.shares()], wanted_share(whole, most))


def wanted_share(whole: Cells, most: int) -> float:
    """Return which share a cell of numbers is wanted to hold."""
    return 1 / max(2, min(most, min(whole.sizes) // ENOUGH))


def joined(whole: Cells, weights: list[float], wanted: float, least: float | None = None) -> Cells:
    """Join neighbours until each cell weighs `wanted`; the last one at least `least`."""
    heights = list(accumulate(weights))
    ends = list(_ends(heights, weights, wanted))
    if len(ends) > 1:
        last = heights[-1] - heights[ends[-2] - 1]
        if last < (wanted / 2 if least is None else least):
            del ends[-2]
    cuts = list(pairwise((0, *ends)))
    return Cells(
        tuple(sum(whole.reference[begin:end]) for begin, end in cuts),
        tuple(sum(whole.current[begin:end]) for begin, end in cuts),
    )


def _ends(heights: list[float], weights: list[float], wanted: float) -> Iterator[int]:
    """Yield behind which value each cell ends."""
    begin, below = 0, 0.0
    while begin < len(weights):
        end = bisect_left(heights, below + wanted, begin)
        if end >= len(weights):
            yield len(weights)
            return
        held = heights[end] - weights[end] - below
        # A single value that holds a cell's worth stays alone: it is an atom, as zero often is.
        if not (weights[end] >= wanted and held >= wanted / 2 and end > begin):
            end += 1
        yield end
        begin, below = end, heights[end - 1]


def frequent_cells(values: Categories) -> Cells:
    """Put the categories together of which the smaller sample can hold only a few."""
    whole = all_cells(values)
    if whole.empty:
        return whole
    smaller = min(whole.sizes)
    return together(whole, [smaller * sum(shares) / 2 < ENOUGH / 2 for shares in whole.shares()])


def together(whole: Cells, rare: list[bool]) -> Cells:
    """Put all rare cells into one."""
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
