"""Model Monitor's `Simple` distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Binned
from slipway.domain.drift.stattests.ks import ks
from slipway.domain.drift.stattests.l_infinity import l_infinity
from slipway.domain.drift.stattests.registry import Outcome, stat_test

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison


@stat_test(
    name="mm_simple",
    threshold=0.1,
    source="awslabs/deequ, Distance.scala: the largest gap of the cumulative distributions, or of "
    "the categories' shares; Model Monitor's comparison_method `Simple`, comparison_threshold 0.1.",
)
def mm_simple(comparison: Comparison) -> Outcome:
    """Compare as Model Monitor does without its correction for small samples."""
    return ks(comparison) if isinstance(comparison.values, Binned) else l_infinity(comparison)
