"""Between which numbers a column is counted: about 1,000 quantiles of the baseline.

Counts at such edges give the distance of two distributions to 0.0003, and merge by addition. Some
edges more make more of them exact: a value that is frequent by itself has a bin of its own, the
bounds of Model Monitor's ten buckets are among the edges, and beyond the baseline's own range there
are a few ever further ones, so that it can be told how far values have gone.
"""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 1000
BUCKETS = 10
# From a 32nd of the range beyond its ends up to 1,024 ranges, each twice as far as the one before.
_OUTER = [2.0**power for power in range(-5, 11)]


def edges_of(
    rising: NDArray[np.float64], weights: NDArray[np.int64], low: float, high: float
) -> tuple[float, ...]:
    """Return edges for values of which some are known.

    Parameters
    ----------
    rising
        Some of the values, sorted; not empty.
    weights
        For how many values each of them stands.
    low, high
        The least and the greatest of all values.
    """
    quantiles = _quantiles(rising, weights)
    found = {low, high, *quantiles, *_lone(quantiles), *_bucket_ends(low, high)}
    span = (high - low) or max(abs(high), 1.0)
    for far in _OUTER:
        found |= {low - far * span, high + far * span}
    return tuple(sorted(each + 0.0 for each in found if isfinite(each)))


def bucket_bounds(low: float, high: float) -> list[float]:
    """Return the eleven bounds of Model Monitor's ten buckets, rounded just as it rounds them."""
    shares = [number / BUCKETS for number in range(BUCKETS + 1)]
    if not isfinite(high - low):
        return [low * (1 - share) + high * share for share in shares]
    return [low + (high - low) * number / BUCKETS for number in range(BUCKETS + 1)]


def before(number: float) -> float:
    """Return the greatest number that is less: up to it is below that number."""
    return float(np.nextafter(number, -inf))


def _quantiles(rising: NDArray[np.float64], weights: NDArray[np.int64]) -> list[float]:
    distinct = np.unique(rising)
    if distinct.size <= MOST:
        return [float(each) for each in distinct]
    below = np.cumsum(weights)
    ranks = below[-1] * np.arange(1, MOST) / MOST
    return [float(each) for each in rising[np.searchsorted(below, ranks)]]


def _lone(quantiles: list[float]) -> set[float]:
    """Return edges that part frequent values from those just below them."""
    frequent = {one for one, two in zip(quantiles, quantiles[1:], strict=False) if one == two}
    return {before(each) for each in frequent}


def _bucket_ends(low: float, high: float) -> list[float]:
    return [before(each) for each in bucket_bounds(low, high)[1:-1]] if low < high else []
