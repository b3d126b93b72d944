"""The Mann-Whitney U test, one-sided, and its effect size.

Sources: H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is
stochastically larger than the other", Ann. Math. Statist. 18 (1947), for U and the recursion of
its distribution; the normal approximation with correction for ties and continuity as in E. L.
Lehmann, "Nonparametrics" (1975). Effect size: Cliff's delta, `2 U / (n m) - 1`.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from math import comb, erfc, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Up to this many values of each sample the distribution is computed exactly, if there are no ties.
_EXACT_UP_TO = 25


@dataclass(frozen=True)
class Comparison:
    """How much larger one sample is than another.

    Attributes
    ----------
    u
        Pairs in which the first sample's value is larger; ties count half.
    p_value
        The probability of such a `u` or a larger one if both samples come from one distribution.
    delta
        Cliff's delta: 1 if every value is larger, 0 if neither sample is, -1 if every value is
        smaller.
    """

    u: float
    p_value: float
    delta: float


def is_larger(sample: Sequence[float], other: Sequence[float]) -> Comparison:
    """Test whether a sample tends to be larger than another one.

    Raises
    ------
    ValueError
        A sample is empty.
    """
    if not sample or not other:
        raise ValueError("Both samples need values.")
    u = sum((x > y) + 0.5 * (x == y) for x in sample for y in other)
    n, m = len(sample), len(other)
    ties = [count for count in Counter([*sample, *other]).values() if count > 1]
    exact = not ties and max(n, m) <= _EXACT_UP_TO
    p_value = _exact_tail(n, m, round(u)) if exact else _normal_tail(n, m, u, ties)
    return Comparison(u, p_value, 2 * u / (n * m) - 1)


def _exact_tail(n: int, m: int, u: int) -> float:
    return sum(_ways(n, m, value) for value in range(u, n * m + 1)) / comb(n + m, n)


@functools.cache
def _ways(n: int, m: int, u: int) -> int:
    """Count the orders of n and m values in which U is u."""
    if u < 0:
        return 0
    if n == 0 or m == 0:
        return int(u == 0)
    return _ways(n - 1, m, u - m) + _ways(n, m - 1, u)


def _normal_tail(n: int, m: int, u: float, ties: Sequence[int]) -> float:
    total = n + m
    tied = sum(count**3 - count for count in ties) / (total * (total - 1))
    variance = n * m / 12 * (total + 1 - tied)
    if variance <= 0:
        return 1.0  # All values are equal: nothing speaks for a difference.
    z = (u - n * m / 2 - 0.5) / sqrt(variance)
    return erfc(z / sqrt(2)) / 2
