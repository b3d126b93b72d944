"""What CloudWatch knows of a variant's demand, as far as it may be counted already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.adapters.metric_data import Metric, dimensions_of, metric_points, metric_query
from slipway.domain.alarms import INVOCATIONS, RESOURCES
from slipway.domain.capacity.burst import Point
from slipway.domain.capacity.demand import CONCURRENCY, CPU, Readings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINUTE, SHORT = 60, 10
_RECENT = timedelta(minutes=10)
_SHORTLY = timedelta(minutes=3)
# What is usual ends before what is being looked at may have begun.
_HOURS = timedelta(hours=12)
# Of a hundred minutes, so many are less busy than what is called usual: a jam of less than three
# hours says nothing about it.
_BUSY = 75

# InvocationsPerInstance counts with the instances of then.
_TRACKED = {
    CONCURRENCY: Metric(INVOCATIONS, "ConcurrentRequestsPerModel", "Average", SHORT),
    CPU: Metric(RESOURCES, "CPUUtilization", "Average", MINUTE),
}
_INVOCATIONS = Metric(INVOCATIONS, "Invocations", "Sum", MINUTE)
_CROWD = Metric(INVOCATIONS, "ConcurrentRequestsPerModel", "Average", SHORT)
_USUAL = Metric(INVOCATIONS, "ConcurrentRequestsPerModel", "Average", MINUTE)


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
        whose = dimensions_of(endpoint, variant)
        tracked = _TRACKED.get(metric, _INVOCATIONS)
        recent = _ask(whose, {"demand": tracked, "crowd": _CROWD}, now - _RECENT, now)
        usual = _ask(whose, {"usual": _USUAL}, now - _HOURS, now - _SHORTLY)["usual"]
        return Readings(
            instances,
            _closed(recent["demand"], tracked.period, now),
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
    wanted: Mapping[str, Metric],
    since: datetime,
    until: datetime,
) -> dict[str, list[Point]]:
    queries = [metric_query(name, metric, whose) for name, metric in wanted.items()]
    found: dict[str, list[Point]] = {name: [] for name in wanted}
    begin = since.replace(second=0, microsecond=0)
    for name, moment, value in metric_points(queries, begin, until):
        found[name].append(Point(moment.timestamp(), value))
    return found
