"""How much an endpoint is used, as CloudWatch adds it up."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from slipway.adapters.metric_data import Metric, dimensions_of, metric_points, metric_query
from slipway.domain.alarms import INVOCATIONS as INVOCATION_METRICS
from slipway.domain.alarms import RESOURCES
from slipway.domain.capacity.burst import Point
from slipway.domain.capacity.demand import CONCURRENCY, CPU, INVOCATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

MINUTE, HOUR = 60, 3600


# Namespace, metric, statistic.
_TRACKED = {
    INVOCATIONS: (INVOCATION_METRICS, "Invocations", "Sum"),
    CONCURRENCY: (INVOCATION_METRICS, "ConcurrentRequestsPerModel", "Average"),
    CPU: (RESOURCES, "CPUUtilization", "Average"),
}


class EndpointUsage:
    """Implements Usage."""

    def hourly(
        self, endpoint: str, variants: Sequence[str], since: datetime, until: datetime
    ) -> Mapping[datetime, float]:
        """Return the requests to all of the variants together, by the begin of each hour."""
        found: dict[datetime, float] = {}
        queries = [
            _query(number, endpoint, each, INVOCATIONS, HOUR)
            for number, each in enumerate(variants)
        ]
        for _, moment, value in metric_points(queries, since, until):
            hour = moment.astimezone(UTC)
            found[hour] = found.get(hour, 0.0) + value
        return found

    def minutes(
        self, endpoint: str, variant: str, metric: str, since: datetime, until: datetime
    ) -> Sequence[Point]:
        """Return what scaling tracks, minute by minute, in the order of time."""
        points = metric_points([_query(0, endpoint, variant, metric, MINUTE)], since, until)
        return sorted(Point(moment.timestamp(), value) for _, moment, value in points)


def _query(number: int, endpoint: str, variant: str, metric: str, period: int) -> dict[str, Any]:
    asked = Metric(*_TRACKED[metric], period)
    return metric_query(f"m{number}", asked, dimensions_of(endpoint, variant))
