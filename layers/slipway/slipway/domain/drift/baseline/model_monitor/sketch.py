"""Deequ's sketch of a column: levels of numbers, each of which stands for twice as many values.

Counts between edges become one without a further sketch: a bin of 5 values puts its upper edge into
the levels of 4 and of 1. All weights together are exact, and a rank is as exact as the bins are
narrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from slipway.domain.drift.profiles.numbers import Numbers

SIZE = 2048
# KLL's error of a rank, as Apache DataSketches measured it for both ends of an interval of ranks.
_ERROR_FACTOR, _ERROR_POWER = 2.296, 0.9723


def rank_error(size: float) -> float:
    """Return by how much the share of values below a number is wrong in a sketch of some size.

    Example
    -------
    >>> round(rank_error(2048), 5)
    0.00138
    """
    return float(_ERROR_FACTOR / size**_ERROR_POWER)


def levels(numbers: Numbers) -> list[list[float]]:
    """Return the numbers of each level, of those that stand for themselves first."""
    values, counts = _bins(numbers)
    depth = int(counts.max(initial=0)).bit_length()
    return [values[(counts >> level) & 1 == 1].tolist() for level in range(depth)]


def below(numbers: Numbers, bounds: Sequence[float]) -> list[int]:
    """Return how many values are less than each bound; those of a bin are at its upper edge."""
    values, counts = _bins(numbers)
    total = np.append(0, np.cumsum(counts))
    return [int(each) for each in total[np.searchsorted(values, bounds)]]


def _bins(numbers: Numbers) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return upper ends of the bins that hold values, and how many each holds."""
    if numbers.edges is None or numbers.counts is None:
        return np.empty(0), np.empty(0, np.int64)
    upper = np.minimum(np.append(numbers.edges, np.inf), numbers.moments.high)
    held = numbers.counts > 0
    return upper[held], numbers.counts[held]
