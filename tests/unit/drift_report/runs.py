"""Looks at captured requests, as a report gets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from slipway.domain.drift.evidence import Binned, Categories, Comparison, Coverage
from slipway.domain.drift.report import DriftRun, PastLook, Source
from slipway.domain.drift.schema import Kind
from slipway.domain.drift.verdict import DriftVerdict, Finding, Severity, Verdict, severity_of

TOLD = datetime(2026, 3, 2, 14, 10, tzinfo=UTC)
LIMIT = 0.1


def numbers(feature: str = "age", *, side: Any = "input", **other: Any) -> Comparison:
    values = Binned((18.5, 40.25, 60.5, 99.0), (5, 40, 40, 15, 0), (0, 10, 30, 50, 10))
    told = Comparison(feature, side, Kind.FRACTIONAL, values, 100, 0, 100, 0, 0, 45.0, 9.0, 61.0)
    return replace(told, **other)


def words(feature: str = "plan", **other: Any) -> Comparison:
    values = Categories({"basic": 70, "plus": 30}, {"basic": 20, "plus": 60, "Ada Lovelace": 20})
    told = Comparison(feature, "input", Kind.STRING, values, 100, 0, 100, 0)
    return replace(told, unexpected=("Ada Lovelace",), unexpected_count=20, **other)


def finding(feature: str = "age", distance: float = 0.3, **other: Any) -> Finding:
    violated = distance > LIMIT
    severity = severity_of(distance, LIMIT) if violated else Severity.NONE
    reason = f"the distance of {feature} is {distance}"
    told = Finding(
        feature, "input", "psi", distance, LIMIT, 1e-9, severity, violated, violated, reason
    )
    return replace(told, **other)


def broken(test: str = "completeness", **other: Any) -> Finding:
    return finding("height", 0.2, test=test, reason="half of the values are missing", **other)


def run(*findings: Finding, **other: Any) -> DriftRun:
    found = findings or (finding(), finding("plan", 0.15), finding("calm", 0.02))
    drift = any(each.violated for each in found)
    verdict = Verdict.DRIFT if drift else Verdict.NO_DRIFT
    told = DriftRun(
        subject="churn",
        version="7",
        verdict=DriftVerdict(verdict, "What the verdict says.", found, 1200, 1210),
        comparisons=[numbers(), words(), numbers("calm")],
        source=Source(
            Coverage(1210, 1200, {"wrong_width": 61}), 14, ["s3://monitoring/capture/churn/"], 12
        ),
        told=TOLD,
        baseline="baseline.csv of version 7",
        began=TOLD - timedelta(hours=5),
        history=[look(hours) for hours in range(20, 0, -1)],
    )
    return replace(told, **other)


def look(hours: int) -> PastLook:
    ratio = 2.5 if hours < 6 else 0.2
    return PastLook(TOLD - timedelta(hours=hours), "drift", {"input/age": ratio})
