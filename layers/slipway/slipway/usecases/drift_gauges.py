"""What of a run becomes metrics: few enough to be paid for, and the same ones each time."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from slipway.domain.drift.report.looks import is_distance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.drift.evidence import Comparison
    from slipway.domain.drift.settings import Settings
    from slipway.domain.drift.verdict import DriftVerdict, Finding

NAMESPACE = "Slipway/Drift"
# As Model Monitor calls it: alarms and dashboards that people have go on.
DISTANCE = "feature_baseline_drift_"
# What is answered may have the name of something that is asked.
ANSWER = "prediction_baseline_drift_"
_FURTHEST = 1e6
_LONGEST_NAME = 255
_DIGEST = 8


def gauges_of(
    verdict: DriftVerdict,
    troubles: Mapping[str, int],
    names: Sequence[str],
    tests: Sequence[str],
) -> dict[str, float]:
    """Return a run's metrics.

    Parameters
    ----------
    names : sequence of str
        Which metrics of features there are: :func:`names_of`.
    tests : sequence of str
        Which test's distance is shown, the first that compares a feature.
    """
    shown = {
        "records": float(verdict.records),
        "rows": float(verdict.rows),
        "unreadable": float(sum(troubles.values())),
        "drifted_features": float(len(verdict.features)),
    }
    found = [each for each in verdict.findings if is_distance(each)]
    found.sort(key=lambda each: _place(each, tests), reverse=True)
    distances = {_name(each.side, each.feature): min(each.distance, _FURTHEST) for each in found}
    return shown | {name: distances[name] for name in names if name in distances}


def names_of(comparisons: Sequence[Comparison], settings: Settings, most: int) -> list[str]:
    """Return the metrics that features of a baseline have: what is answered, then what is asked.

    An alarm needs the same ones each time, whatever drifts.
    """
    watched = [each for each in comparisons if settings.watches(each.feature)]
    compared = [each for each in watched if each.values is not None]
    compared.sort(key=lambda each: each.side != "output")
    return [_name(each.side, each.feature) for each in compared[:most]]


def _place(finding: Finding, tests: Sequence[str]) -> int:
    return tests.index(finding.test) if finding.test in tests else len(tests)


def _name(side: str, feature: str) -> str:
    printable = re.sub(r"[^\x21-\x7e]", "_", feature)
    wanted = f"{ANSWER if side == 'output' else DISTANCE}{printable}"
    if printable == feature and len(wanted) <= _LONGEST_NAME:
        return wanted
    # Two names that differ must not become one: an alarm would watch whichever is the worse.
    told = f"_{hashlib.sha256(feature.encode()).hexdigest()[:_DIGEST]}"
    return wanted[: _LONGEST_NAME - len(told)] + told
