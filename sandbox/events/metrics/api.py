"""CloudWatch's operations that read metrics, answered from the store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events.metrics.samples import Samples, percent_of
from sandbox.events.metrics.store import MetricId
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.account import Account
    from sandbox.events.metrics.store import Metrics
    from sandbox.gateway import Call

_MOST_POINTS = 1440
_MINUTE = 60
_SHORT_PERIODS = (1, 5, 10, 20, 30)
_STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")


def serve(account: Account, metrics: Metrics) -> None:
    """Answer the operations that read."""
    api = _Api(account, metrics)
    account.gateway.serve("cloudwatch", "GetMetricData", api.get_metric_data)
    account.gateway.serve("cloudwatch", "GetMetricStatistics", api.get_metric_statistics)
    account.gateway.serve("cloudwatch", "ListMetrics", api.list_metrics)


def dimensions_of(listed: Iterable[dict[str, str]] | None) -> dict[str, str]:
    """Turn the API's list of dimensions into a mapping."""
    return {one["Name"]: one["Value"] for one in listed or ()}


def check_statistic(statistic: str) -> None:
    """Refuse a statistic that CloudWatch or the sandbox does not know."""
    if statistic in _STATISTICS:
        return
    try:
        percent_of(statistic)
    except ValueError as error:
        if statistic[:2] in ("tm", "wm", "tc", "ts", "TM", "WM", "PR", "TC", "TS", "IQ"):
            raise Unsupported(f"The CloudWatch statistic {statistic}.") from error
        message = f"The value {statistic} for parameter ExtendedStatistic is not supported."
        raise AwsError("InvalidParameterValue", message) from error


def check_period(period: int) -> None:
    """Refuse a period that is neither short nor whole minutes."""
    if period not in _SHORT_PERIODS and (period < _MINUTE or period % _MINUTE):
        message = "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60."
        raise AwsError("InvalidParameterValue", message)


class _Api:
    def __init__(self, account: Account, metrics: Metrics) -> None:
        self._kernel = account.kernel
        self._metrics = metrics

    def list_metrics(self, call: Call) -> dict[str, Any]:
        wanted = {key: call.params.get(key) for key in ("Namespace", "MetricName", "Dimensions")}
        found = [_described(metric) for metric in self._metrics.ids() if _wanted(metric, wanted)]
        return {"Metrics": found}

    def get_metric_statistics(self, call: Call) -> dict[str, Any]:
        given = call.params
        statistics = [*(given.get("Statistics") or ()), *(given.get("ExtendedStatistics") or ())]
        if not statistics:
            message = "Must specify either Statistics or ExtendedStatistics"
            raise AwsError("InvalidParameterCombination", message)
        metric = _metric(given)
        points = self._points(metric, given, given["Period"], given.get("Unit"))
        if len(points) > _MOST_POINTS:
            message = f"You have requested up to {len(points)} datapoints, over {_MOST_POINTS}."
            raise AwsError("InvalidParameterCombination", message)
        unit = self._metrics.unit(metric)
        described = [_datapoint(at, found, statistics, unit) for at, found in points]
        return {"Label": metric.name, "Datapoints": described}

    def get_metric_data(self, call: Call) -> dict[str, Any]:
        queries = call.params["MetricDataQueries"]
        newest_first = call.params.get("ScanBy") != "TimestampAscending"
        results = [
            self._result(query, call.params, newest_first=newest_first)
            for query in queries
            if query.get("ReturnData") is not False
        ]
        return {"MetricDataResults": results, "Messages": []}

    def _result(
        self, query: dict[str, Any], span: dict[str, Any], *, newest_first: bool
    ) -> dict[str, Any]:
        stat = query.get("MetricStat")
        if stat is None:
            raise Unsupported(f"The metric math {query.get('Expression')!r} in GetMetricData.")
        metric = _metric(stat["Metric"])
        check_statistic(stat["Stat"])
        points = self._points(metric, span, stat["Period"], stat.get("Unit"))
        values = [(at, found.statistic(stat["Stat"])) for at, found in points]
        known = sorted((p for p in values if p[1] is not None), reverse=newest_first)
        return {
            "Id": query["Id"],
            "Label": query.get("Label") or metric.name,
            "Timestamps": [at for at, _ in known],
            "Values": [value for _, value in known],
            "StatusCode": "Complete",
        }

    def _points(
        self, metric: MetricId, span: dict[str, Any], period: int, unit: str | None
    ) -> list[tuple[datetime, Samples]]:
        check_period(period)
        start, end = span["StartTime"].timestamp(), span["EndTime"].timestamp()
        if start >= end:
            message = "The parameter StartTime must be less than the parameter EndTime."
            raise AwsError("ValidationError", message)
        first = int(start) // period * period
        moments = range(first, int(end) + (end % 1 > 0), period)
        found = zip(moments, self._metrics.periods(metric, moments, unit=unit), strict=True)
        return [(datetime.fromtimestamp(at, UTC), one) for at, one in found if one is not None]


def _metric(given: dict[str, Any]) -> MetricId:
    dimensions = dimensions_of(given.get("Dimensions"))
    return MetricId.of(given["Namespace"], given["MetricName"], dimensions)


def _described(metric: MetricId) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}


def _wanted(metric: MetricId, wanted: dict[str, Any]) -> bool:
    held = dict(metric.dimensions)
    return (
        wanted["Namespace"] in (None, metric.namespace)
        and wanted["MetricName"] in (None, metric.name)
        and all(
            one["Name"] in held and one.get("Value") in (None, held[one["Name"]])
            for one in wanted["Dimensions"] or ()
        )
    )


def _datapoint(at: datetime, found: Samples, statistics: list[str], unit: str) -> dict[str, Any]:
    for statistic in statistics:
        check_statistic(statistic)
    point: dict[str, Any] = {"Timestamp": at, "Unit": unit}
    point.update({name: found.statistic(name) for name in statistics if name in _STATISTICS})
    extended = {name: found.statistic(name) for name in statistics if name not in _STATISTICS}
    known = {name: value for name, value in extended.items() if value is not None}
    return {**point, "ExtendedStatistics": known} if known else point
