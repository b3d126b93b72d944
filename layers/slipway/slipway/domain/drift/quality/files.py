"""Model Monitor's files of model quality: statistics, constraints, violations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.drift.quality.binary import BinaryTally
from slipway.domain.drift.quality.limits import SECTIONS
from slipway.domain.drift.quality.multiclass import MulticlassTally

if TYPE_CHECKING:
    from slipway.domain.drift.quality.joining import Tally
    from slipway.domain.drift.quality.settings import Problem
    from slipway.domain.drift.verdict import DriftVerdict

# Model Monitor gives no deviation of fewer.
_ENOUGH = 200


def quality_statistics(
    tally: Tally, problem: Problem, *, first: str, last: str, at: str
) -> dict[str, Any]:
    """Return statistics.json."""
    figures: dict[str, Any] = {}
    if isinstance(tally, BinaryTally | MulticlassTally):
        figures["confusion_matrix"] = tally.confusion()
    for metric in tally.metrics():
        known = metric.deviation is not None and tally.count >= _ENOUGH
        deviation = metric.deviation if known else "NaN"
        figures[metric.name] = {"value": metric.value, "standard_deviation": deviation}
    return {
        "version": 0.0,
        "dataset": {
            "item_count": tally.count,
            "start_time": first,
            "end_time": last,
            "evaluation_time": at,
        },
        f"{SECTIONS[problem]}_metrics": figures,
    }


def quality_violations(verdict: DriftVerdict) -> dict[str, Any]:
    """Return constraint_violations.json."""
    return {
        "violations": [
            {
                "constraint_check_type": finding.description.split(" was ")[-1].split(" ")[0],
                "description": finding.description,
                "metric_name": finding.feature,
            }
            for finding in verdict.violations
        ]
    }
