"""How much an endpoint is used, as CloudWatch adds it up."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from slipway.adapters.clients import client
from slipway.adapters.faults import message_of, passing_faults
from slipway.domain.alarms import INVOCATIONS as INVOCATION_METRICS
from slipway.domain.alarms import RESOURCES
from slipway.domain.capacity.burst import Point
from slipway.domain.capacity.demand import CONCURRENCY, CPU, INVOCATIONS
from slipway.errors import MeasurementFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

MINUTE, HOUR = 60, 3600


class _Metric(NamedTuple):
    namespace: str
    name: str
    statistic: str


_TRACKED = {
    INVOCATIONS: _Metric(INVOCATION_METRICS, "Invocations", "Sum"),
    CONCURRENCY: _Metric(INVOCATION_METRICS, "ConcurrentRequestsPerModel", "Average"),
    CPU: _Metric(RESOURCES, "CPUUtilization", "Average"),
}


class EndpointUsage:
    """Implements Usage."""

    def hourly(
        self, endpoint: str, variants: Sequence[str], since: datetime, until: datetime
    ) -> Mapping[datetime, float]:
        """Return the requests to all of the variants together, by the begin of each hour."""
        found: dict[datetime, float] = {}
        queries = [_query(endpoint, each, INVOCATIONS, HOUR) for each in variants]
        for moment, value in _points(queries, since, until):
            hour = moment.astimezone(UTC)
            found[hour] = found.get(hour, 0.0) + value
        return found

    def minutes(
        self, endpoint: str, variant: str, metric: str, since: datetime, until: datetime
    ) -> Sequence[Point]:
        """Return what scaling tracks, minute by minute, in the order of time."""
        queries = [_query(endpoint, variant, metric, MINUTE)]
        return sorted(
            Point(moment.timestamp(), value) for moment, value in _points(queries, since, until)
        )


def _query(endpoint: str, variant: str, metric: str, period: int) -> dict[str, Any]:
    namespace, name, statistic = _TRACKED[metric]
    dimensions = [
        {"Name": "EndpointName", "Value": endpoint},
        {"Name": "VariantName", "Value": variant},
    ]
    asked = {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions}
    return {"MetricStat": {"Metric": asked, "Period": period, "Stat": statistic}}


def _points(
    queries: list[dict[str, Any]], since: datetime, until: datetime
) -> Iterator[tuple[datetime, float]]:
    if not queries:
        return
    request: dict[str, Any] = {
        "MetricDataQueries": [{"Id": f"m{n}", **each} for n, each in enumerate(queries)],
        "StartTime": since,
        "EndTime": until,
        "ScanBy": "TimestampAscending",
    }
    while True:
        answer = _ask(request)
        for result in answer["MetricDataResults"]:
            yield from zip(result["Timestamps"], result["Values"], strict=True)
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def _ask(request: Mapping[str, Any]) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        with passing_faults():
            answer: dict[str, Any] = client("cloudwatch").get_metric_data(**request)
    except ClientError as error:
        raise MeasurementFailed(f"CloudWatch gives no metrics: {message_of(error)}") from error
    return answer
