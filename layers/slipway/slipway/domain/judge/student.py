"""The tail of Student's t, without numpy or scipy.

Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4:
for whole degrees of freedom the distribution is a finite sum.
"""

from __future__ import annotations

from math import atan2, cos, pi, sin, sqrt


def t_tail(value: float, freedom: int) -> float:
    """Return the probability that Student's t of so many degrees of freedom is above `value`.

    Example
    -------
    >>> round(t_tail(2.776, 4), 3)
    0.025
    """
    angle = atan2(value, sqrt(freedom))
    odd = freedom % 2
    # The terms go up to cosine's power `freedom - 2`, each from the one before.
    term = cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for power in range(2 + odd, freedom - 1, 2):
        term *= cos(angle) ** 2 * (power - 1) / power
        total += term
    within = sin(angle) * total
    if odd:
        within = 2 / pi * (angle + within)
    return (1 - within) / 2
