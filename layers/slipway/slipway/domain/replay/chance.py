"""How likely failures are by chance."""

from __future__ import annotations

from math import exp, lgamma, log


def at_least(count: int, of: int, rate: float) -> float:
    """Return the probability of so many failures or more, each of this probability.

    Example
    -------
    >>> round(at_least(5, 200, 0.005), 4)
    0.0035
    """
    if not count or rate >= 1:
        return 1.0
    if rate <= 0:
        return 0.0
    return min(1.0, sum(_binomial(number, of, rate) for number in range(count, of + 1)))


def _binomial(count: int, of: int, rate: float) -> float:
    ways = lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
    return exp(ways + count * log(rate) + (of - count) * log(1 - rate))
