"""What of a run becomes metrics: few enough to be paid for, and the same ones each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.domain.drift.report.looks import each_once, is_distance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.verdict import DriftVerdict, Finding

NAMESPACE = "Slipway/Drift"
# As Model Monitor calls it: alarms and dashboards that people have go on.
DISTANCE = "feature_baseline_drift_"
_FURTHEST = 1e6
_LONGEST_NAME = 255


def gauges_of(verdict: DriftVerdict, troubles: Mapping[str, int], most: int) -> dict[str, float]:
    """Return a run's metrics.

    Parameters
    ----------
    most : int
        How many features may have one: those that are furthest from the baseline.
    """
    shown = {
        "records": float(verdict.records),
        "rows": float(verdict.rows),
        "unreadable": float(sum(troubles.values())),
        "drifted_features": float(len(verdict.features)),
    }
    distances = [each for each in verdict.findings if is_distance(each)]
    furthest = each_once(sorted(distances, key=_furthest_first))
    return shown | {_name(each): min(each.distance, _FURTHEST) for each in furthest[:most]}


def _furthest_first(finding: Finding) -> tuple[bool, float, str]:
    return not finding.violated, -finding.ratio, finding.feature


def _name(finding: Finding) -> str:
    printable = re.sub(r"[^\x21-\x7e]", "_", finding.feature)
    return f"{DISTANCE}{printable}"[:_LONGEST_NAME]
