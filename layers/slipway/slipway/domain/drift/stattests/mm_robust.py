"""Model Monitor's `Robust` distance."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from slipway.domain.drift.stattests.mm_simple import mm_simple
from slipway.domain.drift.stattests.registry import NOTHING, Outcome, stat_test

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison

# Deequ's own factor.
_FACTOR = 1.8


@stat_test(
    name="mm_robust",
    threshold=0.1,
    source="awslabs/deequ, Distance.scala: `Simple` less 1.8 √((n + m) / (n m)), never below 0; "
    "Model Monitor's comparison_method `Robust`, which its baselines suggest.",
)
def mm_robust(comparison: Comparison) -> Outcome:
    """Compare as Model Monitor does, less what samples of these sizes differ by chance."""
    if comparison.values is None:
        return NOTHING
    simple = mm_simple(comparison)
    n, m = comparison.values.sizes
    if not n or not m:
        return NOTHING
    chance = _FACTOR * sqrt((n + m) / (n * m))
    return Outcome(max(0.0, simple.distance - chance), simple.p_value)
