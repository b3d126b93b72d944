"""The Kolmogorov-Smirnov distance of two samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Binned
from slipway.domain.drift.stattests.registry import NOTHING, Outcome, stat_test
from slipway.domain.drift.stattests.shares import Cells
from slipway.domain.drift.stattests.significance import cumulative_gap, cumulative_p_value

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison


@stat_test(
    name="ks",
    threshold=0.1,
    source="N. V. Smirnov, Ann. Math. Statist. 19 (1948). 0.1 is Model Monitor's threshold for the "
    "same distance; what a sketch may have got wrong is taken off it first.",
    categorical=False,
)
def ks(comparison: Comparison) -> Outcome:
    """Compare the cumulative distributions at the baseline's edges; the distance is 0 to 1."""
    values = comparison.values
    if not isinstance(values, Binned) or Cells(values.reference, values.current).empty:
        return NOTHING
    gap = max(0.0, cumulative_gap(values) - comparison.error_bound)
    return Outcome(gap, cumulative_p_value(values, gap))
