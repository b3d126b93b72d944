"""The words and data with which CloudWatch explains a state. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.events.alarms.evaluation import Condition, State

_WORDS = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_TREATED = {"breaching": "Breaching", "notBreaching": "NonBreaching", "missing": "Missing"}


@dataclass(frozen=True)
class Point:
    """One evaluated data point."""

    at: datetime
    value: float
    count: float


@dataclass(frozen=True)
class Finding:
    """What an evaluation was based on."""

    points: tuple[Point, ...]
    missing: int
    condition: Condition


def stamp(moment: datetime) -> str:
    """Write a moment as CloudWatch's events do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def reason(old: State, new: State, finding: Finding) -> str:
    """Explain a change of state in CloudWatch's words."""
    if new == "INSUFFICIENT_DATA":
        unknown = finding.condition.periods
        return f"Insufficient Data: {_count(unknown, 'datapoint')} {_were(unknown)} unknown."
    if not finding.points:
        periods = _count(finding.condition.periods, "period")
        treated = _filled(finding)
        return f"Threshold Crossed: no datapoints were received for {periods} and {treated}."
    return f"Threshold Crossed: {_crossed(old, new, finding)}{_and_filled(finding)}."


def _crossed(old: State, new: State, finding: Finding) -> str:
    condition = finding.condition
    of_state = [
        point for point in finding.points if condition.breaches(point.value) == (new == "ALARM")
    ]
    newest_first = ", ".join(_point(point) for point in reversed(of_state))
    crossing = f"{'' if new == 'ALARM' else 'not '}{_WORDS[condition.comparison]}"
    needed = condition.datapoints
    if new != "ALARM":
        needed = condition.periods - condition.datapoints + 1
    return (
        f"{len(of_state)} out of the last {_count(condition.periods, 'datapoint')} "
        f"[{newest_first}] {_were(len(of_state))} {crossing} the threshold "
        f"({float(condition.threshold)}) (minimum {_count(needed, 'datapoint')} "
        f"for {old} -> {new} transition)"
    )


def _point(point: Point) -> str:
    return f"{point.value} ({point.at:%d/%m/%y %H:%M:%S})"


def _and_filled(finding: Finding) -> str:
    counted = finding.missing and finding.condition.missing in ("breaching", "notBreaching")
    return f" and {_filled(finding)}" if counted else ""


def _filled(finding: Finding) -> str:
    treated = _TREATED.get(finding.condition.missing, "Missing")
    count = finding.missing
    return f"{_count(count, 'missing datapoint')} {_were(count)} treated as [{treated}]"


def reason_data(query: datetime, finding: Finding, stat: str, period: int) -> str:
    """Return the JSON text beside a reason."""
    data: dict[str, Any] = {"version": "1.0", "queryDate": stamp(query)}
    if finding.points:
        data["startDate"] = stamp(finding.points[0].at)
    data.update(
        statistic=stat,
        period=period,
        recentDatapoints=[point.value for point in finding.points],
        threshold=float(finding.condition.threshold),
        evaluatedDatapoints=[
            {"timestamp": stamp(point.at), "sampleCount": point.count, "value": point.value}
            for point in reversed(finding.points)
        ],
    )
    return json.dumps(data, separators=(",", ":"))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
