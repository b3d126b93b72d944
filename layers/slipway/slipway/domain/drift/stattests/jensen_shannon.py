"""The Jensen-Shannon distance, 0 to 1."""

from __future__ import annotations

from math import log2, sqrt
from typing import TYPE_CHECKING

from slipway.domain.drift.stattests.registry import NOTHING, Outcome, stat_test
from slipway.domain.drift.stattests.shares import cells_of
from slipway.domain.drift.stattests.significance import significance

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison

# Enough to see a change of shape or scale, few enough that windows of some hundred rows still
# hold several values in each.
CELLS = 20


@stat_test(
    name="jensen_shannon",
    threshold=0.1,
    source="J. Lin, IEEE Trans. Inf. Theory 37 (1991); its root is a metric: D. M. Endres, J. E. "
    "Schindelin, ibid. 49 (2003). 0.1 is where evidently and nannyml begin to say drift too.",
)
def jensen_shannon(comparison: Comparison) -> Outcome:
    """Compare the shares of some twenty cells: the root of the divergence to base 2."""
    if comparison.values is None:
        return NOTHING
    cells = cells_of(comparison.values, CELLS)
    if cells.empty:
        return NOTHING
    divergence = sum(_surprise(p, q) + _surprise(q, p) for p, q in cells.shares()) / 2
    return Outcome(min(1.0, sqrt(max(0.0, divergence))), significance(comparison, CELLS))


def _surprise(share: float, other: float) -> float:
    return share * log2(2 * share / (share + other)) if share else 0.0
