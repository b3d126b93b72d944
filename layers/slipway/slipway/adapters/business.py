"""What users measure themselves, in CloudWatch."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.adapters.metric_data import Metric, metric_points, metric_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

# CloudWatch keeps minutes for fifteen days, five minutes for two months.
_MINUTE, _FIVE_MINUTES = 60, 300
_LONG = timedelta(hours=12)


class CustomMetrics:
    """Implements BusinessNumbers."""

    def value(  # noqa: PLR0913 - the members of one question
        self,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        *,
        statistic: str,
        since: datetime,
        until: datetime,
    ) -> float | None:
        """Return a metric's value of a window; None if nothing was measured."""
        period = _FIVE_MINUTES if until - since > _LONG else _MINUTE
        named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        queries = [
            metric_query(name, Metric(namespace, metric, asked, period), named)
            for name, asked in (("wanted", statistic), ("weight", "SampleCount"))
        ]
        found: dict[str, list[float]] = {"wanted": [], "weight": []}
        for name, _, value in metric_points(queries, since, until):
            found[name].append(value)
        return _together(statistic, found["wanted"], found["weight"])


def _together(statistic: str, values: Sequence[float], weights: Sequence[float]) -> float | None:
    """Return what the periods of a window come to."""
    if not values:
        return None
    if statistic == "Average":
        total = sum(value * weight for value, weight in zip(values, weights, strict=True))
        return total / sum(weights)
    if statistic == "Sum":
        return sum(values)
    return min(values) if statistic == "Minimum" else max(values)
