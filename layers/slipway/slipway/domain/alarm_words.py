"""What an alarm says, in plain words: CloudWatch's own are for programs."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CROSSED = re.compile(
    r"Threshold Crossed: (?P<bad>\d+)(?: out of the last (?P<of>\d+))? datapoints?"
    r"(?: \[(?P<values>[^\]]*)\])? (?:was|were) greater than the threshold"
    r" \((?P<threshold>[-+.\dE]+)\)",
    re.IGNORECASE,
)
# 0.06875 (23/11/26 01:39:00)
_VALUE = re.compile(r"([-+.\dE]+) \([^)]*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a metric is told: what it is, its unit, and what a number is multiplied by."""

    words: str
    unit: str
    times: float = 1.0


_MEASURES = {
    "server-errors": _Measure("server errors (HTTP 5xx) were", "%", 100),
    "model-errors": _Measure("model errors were", "%", 100),
    # CloudWatch counts in microseconds.
    "latency": _Measure("the slowest request in a hundred took", "ms", 0.001),
    "cpu": _Measure("the load of the CPUs, cores added up, was", "%"),
    "memory": _Measure("the memory in use was", "%"),
    "disk": _Measure("the fullest disk was at", "%"),
}


def alarm_in_words(name: str, reason: str) -> str:
    """Return an alarm's name and what was measured; CloudWatch's words where they are unknown.

    Parameters
    ----------
    name : str
        The alarm's name, whose last part says what it watches.
    reason : str
        CloudWatch's reason.

    Example
    -------
    >>> crossed = "Threshold Crossed: 1 datapoint [0.06875 (23/11/26 01:39:00)] was "
    >>> alarm_in_words("churn/2-a/model-errors", crossed + "greater than the threshold (0.02).")
    'Alarm churn/2-a/model-errors: model errors were 6.88 % in the last minute, above 2 %'
    """
    return f"Alarm {name}: {_measured(name.rpartition('/')[2], reason) or reason.rstrip('.')}"


def _measured(what: str, reason: str) -> str:
    measure, crossed = _MEASURES.get(what), _CROSSED.match(reason)
    if measure is None or crossed is None:
        return ""
    values = [_told(value, measure) for value in _VALUE.findall(crossed["values"] or "")]
    limit, when = _told(crossed["threshold"], measure), _minutes(crossed)
    if not values:
        return f"{measure.words} more than {limit} in {when}"
    return f"{measure.words} {_joined(values)} in {when}, above {limit}"


def _told(number: str, measure: _Measure) -> str:
    digits = f"{float(number) * measure.times:,.2f}"
    return f"{digits.rstrip('0').rstrip('.')} {measure.unit}"


def _joined(values: list[str]) -> str:
    return " and ".join([", ".join(values[:-1]), values[-1]] if len(values) > 1 else values)


def _minutes(crossed: re.Match[str]) -> str:
    bad, of = crossed["bad"], crossed["of"] or crossed["bad"]
    if of == "1":
        return "the last minute"
    return f"the last {of} minutes" if bad == of else f"{bad} of the last {of} minutes"
