"""Many tests, one verdict: p-values corrected for how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values that hold for all tests together.

    Whoever calls those at or below `a` significant is wrong about any of them with a probability of
    at most `a`, however the tests depend on each other, as features that come from one request do.
    That is the error which matters here: one wrong feature is enough to call somebody. To control
    the share of wrong ones among those that are found (Benjamini, Hochberg 1995) would not bound
    it less strictly in an unchanged stream, and bounds less in any other.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6
    (1979).
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected = [1.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected
