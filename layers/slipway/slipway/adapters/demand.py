"""What CloudWatch knows of a variant's demand, as far as it may be counted already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import message_of, passing_faults
from slipway.domain.alarms import INVOCATIONS, RESOURCES
from slipway.domain.capacity.burst import Point
from slipway.domain.capacity.demand import CONCURRENCY, CPU, Readings
from slipway.errors import MeasurementFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINUTE, SHORT = 60, 10
_RECENT = timedelta(minutes=10)
_SHORTLY = timedelta(minutes=3)
# What is usual ends before what is being looked at may have begun.
_HOURS = timedelta(hours=3)
# Of a hundred minutes, so many are less busy than what is called usual. Of the last hours, a jam
# of half an hour says nothing about it.
_BUSY = 75

# Metric, namespace, statistic, period. InvocationsPerInstance counts with the instances of then.
_TRACKED = {
    CONCURRENCY: (INVOCATIONS, "ConcurrentRequestsPerModel", "Average", SHORT),
    CPU: (RESOURCES, "CPUUtilization", "Average", MINUTE),
}
_INVOCATIONS = (INVOCATIONS, "Invocations", "Sum", MINUTE)
_CROWD = (INVOCATIONS, "ConcurrentRequestsPerModel", "Average", SHORT)
_USUAL = (INVOCATIONS, "ConcurrentRequestsPerModel", "Average", MINUTE)


class DemandMetrics:
    """Implements DemandReader."""

    def read(
        self, endpoint: str, variant: str, metric: str, instances: int, now: datetime
    ) -> Readings:
        """Return the points of a variant that are complete.

        Parameters
        ----------
        metric : str
            What is tracked: ``invocations``, ``concurrency`` or ``cpu``.

        Raises
        ------
        MeasurementFailed
            If CloudWatch refuses to tell.
        """
        whose = [
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": variant},
        ]
        tracked = _TRACKED.get(metric, _INVOCATIONS)
        recent = _ask(whose, {"demand": tracked, "crowd": _CROWD}, now - _RECENT, now)
        usual = _ask(whose, {"usual": _USUAL}, now - _HOURS, now - _SHORTLY)["usual"]
        return Readings(
            instances,
            _closed(recent["demand"], tracked[3], now),
            _closed(recent["crowd"], SHORT, now),
            _quantile([point.value for point in usual], _BUSY),
        )


def _closed(points: Sequence[Point], period: int, now: datetime) -> list[Point]:
    """Leave out what is still being counted; a point is of its period's middle."""
    ended = (point for point in points if point.at + period <= now.timestamp())
    return [Point(point.at + period / 2, point.value) for point in ended]


def _quantile(values: Sequence[float], percent: int) -> float:
    if not values:
        return 0.0
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


def _ask(
    whose: Sequence[Mapping[str, str]],
    wanted: Mapping[str, tuple[str, str, str, int]],
    since: datetime,
    until: datetime,
) -> dict[str, list[Point]]:
    request: dict[str, Any] = {
        "MetricDataQueries": [_query(name, whose, *wanted[name]) for name in wanted],
        "StartTime": since.replace(second=0, microsecond=0),
        "EndTime": until,
        "ScanBy": "TimestampAscending",
    }
    found: dict[str, list[Point]] = {name: [] for name in wanted}
    while True:
        answer = _answer(request)
        for result in answer["MetricDataResults"]:
            pairs = zip(result["Timestamps"], result["Values"], strict=True)
            found[result["Id"]] += [Point(at.timestamp(), value) for at, value in pairs]
        if not answer.get("NextToken"):
            return found
        request["NextToken"] = answer["NextToken"]


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        with passing_faults():
            answer: dict[str, Any] = client("cloudwatch").get_metric_data(**request)
    except ClientError as error:
        raise MeasurementFailed(f"CloudWatch gives no metrics: {message_of(error)}") from error
    return answer


def _query(  # noqa: PLR0913, PLR0917 - the members of a query
    name: str,
    whose: Sequence[Mapping[str, str]],
    namespace: str,
    metric: str,
    statistic: str,
    period: int,
) -> dict[str, Any]:
    what = {"Namespace": namespace, "MetricName": metric, "Dimensions": list(whose)}
    return {"Id": name, "MetricStat": {"Metric": what, "Period": period, "Stat": statistic}}
