"""Tails of the distributions that evidence is weighed by, without numpy or scipy.

Sources: the incomplete gamma function by its series and its continued fraction, M. Abramowitz,
I. A. Stegun, "Handbook of Mathematical Functions" (1964), 6.5.29 and 6.5.31, the latter evaluated
as by W. J. Lentz, Applied Optics 15 (1976); Kolmogorov's distribution as by N. V. Smirnov, Ann.
Math. Statist. 19 (1948); the hypergeometric tail as by R. A. Fisher, "Statistical Methods for
Research Workers" (1934).
"""

from __future__ import annotations

from math import erfc, exp, inf, lgamma, log, log1p, pi, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PRECISION = 1e-15
_SMALLEST = 1e-300


def normal_tail(z: float) -> float:
    """Return the probability that a standard normal value is above `z`."""
    return erfc(z / sqrt(2)) / 2


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the probability that a chi-square value of so many degrees is above `statistic`."""
    shape, x = freedom / 2, statistic / 2
    if freedom < 1 or x <= 0:
        return 1.0
    if x == inf:
        return 0.0
    return _clipped(1 - _lower_gamma(shape, x) if x < shape + 1 else _upper_gamma(shape, x))


def _lower_gamma(shape: float, x: float) -> float:
    term = total = 1 / shape
    step = shape
    while abs(term) > abs(total) * _PRECISION:
        step += 1
        term *= x / step
        total += term
    return total * exp(-x + shape * log(x) - lgamma(shape))


def _upper_gamma(shape: float, x: float) -> float:
    low = x + 1 - shape
    ratio, inverse = 1 / _SMALLEST, 1 / low
    value = inverse
    for step in range(1, 10_000):
        factor = -step * (step - shape)
        low += 2
        inverse = 1 / _away_from_zero(factor * inverse + low)
        ratio = _away_from_zero(low + factor / ratio)
        change = inverse * ratio
        value *= change
        if abs(change - 1) < _PRECISION:
            break
    return value * exp(-x + shape * log(x) - lgamma(shape))


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST


# Below this the alternating series converges slowly, and its dual one at once.
_DUAL_BELOW = 1.0
# Below this the probability differs from 1 by less than a float can say.
_CERTAIN_BELOW = 0.1


def kolmogorov_tail(value: float) -> float:
    """Return the probability that Kolmogorov's statistic is above `value`."""
    if value < _CERTAIN_BELOW:
        return 1.0
    if value < _DUAL_BELOW:
        below = sum(exp(-((2 * k - 1) ** 2) * pi**2 / (8 * value**2)) for k in range(1, 20))
        return _clipped(1 - sqrt(2 * pi) / value * below)
    terms = ((-1) ** (k - 1) * exp(-2 * k**2 * value**2) for k in range(1, 20))
    return _clipped(2 * sum(terms))


def more_often(count: int, of: int, reference: int, reference_of: int) -> float:
    """Return how likely such a surplus is if something happens equally often in both samples.

    Fisher's exact test, one-sided: the probability of `count` or more cases among `of`, given the
    cases in both samples together.
    """
    cases, everything = count + reference, of + reference_of
    others = everything - cases

    def chance(k: int) -> float:
        return exp(_choices(cases, k) + _choices(others, of - k) - _choices(everything, of))

    def growth(k: int) -> float:
        return (cases - k) * (of - k) / ((k + 1) * (others - of + k + 1))

    fewest, most = max(0, of - others), min(cases, of)
    return _upper(count, fewest, most, cases * of / max(1, everything), chance, growth)


def at_least(count: int, of: int, share: float) -> float:
    """Return the probability of `count` or more cases among `of` if each has the chance `share`."""
    if count <= 0 or share >= 1:
        return 1.0
    if share <= 0 or count > of:
        return 0.0

    def chance(k: int) -> float:
        return exp(_choices(of, k) + k * log(share) + (of - k) * log1p(-share))

    def growth(k: int) -> float:
        return (of - k) / (k + 1) * share / (1 - share)

    return _upper(count, 0, of, of * share, chance, growth)


def _upper(  # noqa: PLR0913, PLR0917 - a distribution of counts: range, mean, chance and its growth
    count: int,
    fewest: int,
    most: int,
    mean: float,
    chance: Callable[[int], float],
    growth: Callable[[int], float],
) -> float:
    """Return the probability of `count` or more.

    Sums away from the mean, on whichever side `count` lies: there chances only shrink, and the
    first that does not matter ends the sum.
    """
    if count <= fewest:
        return 1.0
    if count > mean:
        return _clipped(_sum(chance(count), (growth(k) for k in range(count, most))))
    down = (1 / growth(k) for k in range(count - 2, fewest - 1, -1))
    return _clipped(1 - _sum(chance(count - 1), down))


def _sum(term: float, factors: Iterable[float]) -> float:
    total = term
    for factor in factors:
        term *= factor
        total += term
        if term <= total * _PRECISION:
            break
    return total


def _choices(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _clipped(probability: float) -> float:
    return max(0.0, min(1.0, probability))
