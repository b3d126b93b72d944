"""constraint_violations.json, as Model Monitor writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.drift.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.domain.drift.verdict import DriftVerdict, Finding

DISTANCE_CHECK = "baseline_drift_check"


def violations(verdict: DriftVerdict) -> dict[str, Any]:
    """Return the file's content; without violations the list is empty.

    Where several tests of one feature say drift, each of them is a violation.
    """
    return {"violations": list(_entries(verdict.violations))}


def _entries(findings: Iterable[Finding]) -> Iterable[dict[str, str]]:
    for finding in findings:
        check = CHECKS.get(finding.test)
        yield {
            "feature_name": finding.feature,
            "constraint_check_type": check.violation if check else DISTANCE_CHECK,
            "description": finding.description,
        }
