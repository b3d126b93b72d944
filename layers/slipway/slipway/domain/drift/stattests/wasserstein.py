"""How far values have moved, in standard deviations of the baseline."""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import isfinite
from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Binned
from slipway.domain.drift.stattests.registry import NOTHING, Outcome, stat_test
from slipway.domain.drift.stattests.shares import Cells
from slipway.domain.drift.stattests.significance import significance

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison


@stat_test(
    name="wasserstein",
    threshold=0.1,
    source="L. N. Vaserstein (1969); for one dimension the area between the cumulative "
    "distributions: S. S. Vallender, Theory Probab. Appl. 18 (1974). Divided by the baseline's "
    "deviation, with the threshold 0.1, as evidently does.",
    categorical=False,
    highest=None,
)
def wasserstein(comparison: Comparison) -> Outcome:
    """Compare numbers by the area between their cumulative distributions.

    The edges end where the baseline ends, so the area alone would not see how far beyond values
    lie; the difference of the means, which the distance is never below, does. What spreads to both
    sides beyond the edges is not seen: the result is a lower bound.
    """
    values = comparison.values
    if not isinstance(values, Binned) or Cells(values.reference, values.current).empty:
        return NOTHING
    moved = max(_area(values), _shift(comparison))
    scale = comparison.reference_std or 0.0
    if not scale:
        # A constant has no deviation: any move away from it is as far as can be told.
        scale = abs(comparison.reference_mean or 0.0) or 1.0
    return Outcome(moved / scale, significance(comparison))


def _area(values: Binned) -> float:
    shares = Cells(values.reference, values.current).shares()
    gaps = list(accumulate(left - right for left, right in shares))
    # Between two edges the gap is taken to go straight from one to the other.
    return sum(
        (high - low) * (abs(before) + abs(after)) / 2
        for (low, high), (before, after) in zip(
            pairwise(values.edges), pairwise(gaps[:-1]), strict=True
        )
    )


def _shift(comparison: Comparison) -> float:
    if comparison.current_mean is None or comparison.reference_mean is None:
        return 0.0
    moved = abs(comparison.current_mean - comparison.reference_mean)
    return moved if isfinite(moved) else 0.0
