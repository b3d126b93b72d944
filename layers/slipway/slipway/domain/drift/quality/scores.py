"""Scores of positives and negatives, counted so that windows add up, and the area under the curve.

Source: J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver operating
characteristic (ROC) curve", Radiology 143 (1982): the area is the share of pairs of a positive and
a negative in which the positive has the higher score, ties counting half; and its standard error.
"""

from __future__ import annotations

from collections import Counter
from math import floor, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# Cells between 0 and 1, where probabilities lie; other scores share as many on either side.
CELLS = 2048


class Area(NamedTuple):
    """The area under the curve.

    Attributes
    ----------
    error
        By how much it can be wrong because scores of one cell count as ties.
    deviation
        Its standard error.
    """

    value: float
    error: float
    deviation: float


def cell_of(score: float) -> int:
    """Return the cell of a score; a higher score never has a lower cell."""
    if score < 0:
        return -1 - floor(CELLS * (-score / (1 - score)))
    if score <= 1:
        return floor(CELLS * score)
    return CELLS + 1 + floor(CELLS * (1 - 1 / score))


def area_under(positives: Mapping[int, int], negatives: Mapping[int, int]) -> Area | None:
    """Return the area under the curve; None without positives or without negatives."""
    ours, theirs = sum(positives.values()), sum(negatives.values())
    if not ours or not theirs:
        return None
    below, won, tied = 0, 0.0, 0.0
    counts = Counter(negatives)
    for cell in sorted({*positives, *negatives}):
        here = positives.get(cell, 0)
        won += here * (below + counts[cell] / 2)
        tied += here * counts[cell] / 2
        below += counts[cell]
    value = won / (ours * theirs)
    return Area(value, tied / (ours * theirs), _deviation(value, ours, theirs))


def _deviation(area: float, ours: int, theirs: int) -> float:
    two_positives, two_negatives = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (
        area * (1 - area)
        + (ours - 1) * (two_positives - area**2)
        + (theirs - 1) * (two_negatives - area**2)
    ) / (ours * theirs)
    return sqrt(max(0.0, variance))
