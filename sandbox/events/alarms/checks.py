"""What PutMetricAlarm refuses."""

from __future__ import annotations

from typing import Any

from sandbox.errors import Unsupported
from sandbox.events.metrics.api import check_statistic
from sandbox.gateway import AwsError

# A missing value counts as nothing beside one that is there; where all are missing, all is.
SUM = "SUM(FILL(METRICS(), 0))"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SHORT_PERIODS = (10, 20, 30)
_MISSING = ("breaching", "notBreaching", "ignore", "missing")
_LOW_SAMPLES = ("evaluate", "ignore")
_SINGLE = (
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
)


def check_alarm(given: dict[str, Any]) -> None:
    """Refuse what CloudWatch refuses, and what the sandbox does not evaluate."""
    _check_supported(given)
    stat = _stat_of(given)
    check_statistic(stat["Stat"])
    _check_period(stat["Period"], given["EvaluationPeriods"])
    _check_choices(given, stat["Stat"])


def _check_supported(given: dict[str, Any]) -> None:
    if (given.get("EvaluationWindow") or {}).get("WallClockWindow") is not None:
        raise Unsupported("WallClockWindow in PutMetricAlarm: the sandbox slides windows.")
    for name in ("EvaluationCriteria", "EvaluationInterval", "ThresholdMetricId"):
        if given.get(name) is not None:
            raise Unsupported(f"{name} in PutMetricAlarm.")
    comparison = given.get("ComparisonOperator") or ""
    if "UpperThreshold" in comparison or "LowerThreshold" in comparison:
        raise Unsupported(f"Anomaly detection in PutMetricAlarm: {comparison}.")


def _stat_of(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("Metrics"):
        return _stat_of_metrics(given)
    for name in ("MetricName", "Namespace", "Period", "EvaluationPeriods", "ComparisonOperator"):
        if given.get(name) is None:
            raise _invalid(f"The parameter {name} is required for a metric alarm.")
    stats = [given[name] for name in ("Statistic", "ExtendedStatistic") if given.get(name)]
    if len(stats) != 1:
        message = "Exactly one of Statistic and ExtendedStatistic must be specified."
        raise AwsError("InvalidParameterCombination", message)
    return {"Stat": stats[0], "Period": given["Period"]}


def _stat_of_metrics(given: dict[str, Any]) -> dict[str, Any]:
    if any(given.get(name) for name in _SINGLE):
        message = "Metrics list and MetricName, Namespace … must not be used in the same request."
        raise AwsError("InvalidParameterCombination", message)
    metrics = given["Metrics"]
    stats: list[dict[str, Any]] = [m["MetricStat"] for m in metrics if m.get("MetricStat")]
    if not stats or (len(metrics) > 1 and not _is_sum(metrics, stats)):
        raise Unsupported(
            f"Metric math in PutMetricAlarm: the sandbox watches one metric, or `{SUM}` of some."
        )
    return stats[0]


def _is_sum(metrics: list[dict[str, Any]], stats: list[dict[str, Any]]) -> bool:
    """Say whether an alarm watches the sum of sums over one period and of nothing else."""
    shown = [metric for metric in metrics if metric.get("ReturnData", True)]
    alike = {(stat["Stat"], stat["Period"]) for stat in stats}
    whole = len(shown) == 1 and len(stats) == len(metrics) - 1
    return whole and shown[0].get("Expression") == SUM and alike == {("Sum", stats[0]["Period"])}


def _check_period(period: int, periods: int) -> None:
    if period not in _SHORT_PERIODS and (period < _MINUTE or period % _MINUTE):
        raise _invalid("The parameter Period must be 10, 20, 30 or a multiple of 60.")
    longest = _DAY if period < _HOUR else 7 * _DAY
    if period * periods > longest:
        message = "Metrics cannot be checked across more than a day (EvaluationPeriods * Period)"
        raise _invalid(f"{message}, or seven days for periods of an hour and more.")


def _check_choices(given: dict[str, Any], stat: str) -> None:
    if given.get("Threshold") is None:
        raise _invalid("The parameter Threshold is required for an alarm on a static threshold.")
    if (given.get("DatapointsToAlarm") or 1) > given["EvaluationPeriods"]:
        raise _invalid("DatapointsToAlarm must not be greater than EvaluationPeriods.")
    if (given.get("TreatMissingData") or "missing") not in _MISSING:
        raise _invalid(f"TreatMissingData must be one of {', '.join(_MISSING)}.")
    low = given.get("EvaluateLowSampleCountPercentile")
    if low is not None and (low not in _LOW_SAMPLES or not stat.startswith("p")):
        message = "EvaluateLowSampleCountPercentile is evaluate or ignore, for percentiles only."
        raise _invalid(message)


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message)
