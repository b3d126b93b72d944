"""The population stability index."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Binned
from slipway.domain.drift.stattests.registry import NOTHING, Outcome, stat_test
from slipway.domain.drift.stattests.shares import baseline_cells, frequent_cells
from slipway.domain.drift.stattests.significance import significance

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison

# As scorecards do: ten groups of the same size, those of the baseline. The limit is of these.
CELLS = 10


@stat_test(
    name="psi",
    threshold=0.25,
    source='N. Siddiqi, "Credit Risk Scorecards" (2006): above 0.25 the population has changed. '
    "The sum is Jeffreys' divergence: S. Kullback, R. A. Leibler, Ann. Math. Statist. 22 (1951).",
    highest=None,
)
def psi(comparison: Comparison) -> Outcome:
    """Compare the shares of the baseline's deciles, or of all frequent categories.

    An empty cell counts as half a value, or a single one would make the index infinite.
    """
    if comparison.values is None:
        return NOTHING
    values = comparison.values
    cells = baseline_cells(values, CELLS) if isinstance(values, Binned) else frequent_cells(values)
    if cells.empty:
        return NOTHING
    ours, theirs = cells.sizes
    index = sum(
        (q - p) * log(max(q, 0.5 / theirs) / max(p, 0.5 / ours))
        for p, q in cells.shares()
        if p or q
    )
    return Outcome(max(0.0, index), significance(comparison, CELLS))
