"""SageMaker's invocation metrics in CloudWatch, and users' own, minute by minute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slipway.adapters.metric_data import Metric, dimensions_of, metric_points, metric_query
from slipway.domain.alarms import INVOCATIONS
from slipway.domain.judge import Sample, VariantMinute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from slipway.domain.judge import CustomMetric

PERIOD = 60

# Id in the request: metric and statistic. InvocationModelErrors counts every answer but 2xx, 4xx
# and 5xx among them, and also what never became an answer: time-outs, broken connections.
_WANTED = {
    "requests": ("Invocations", "Sum"),
    "refused": ("Invocation4XXErrors", "Sum"),
    "server": ("Invocation5XXErrors", "Sum"),
    "model": ("InvocationModelErrors", "Sum"),
    "usual": ("ModelLatency", "p50"),
    "tail": ("ModelLatency", "p95"),
}


class VariantMetrics:
    """Implements Measurements."""

    def minutes(  # noqa: PLR0913 - the members of one question
        self,
        endpoint: str,
        variant: str,
        since: datetime,
        until: datetime,
        config: str = "",
        *,
        custom: Sequence[CustomMetric] = (),
    ) -> list[VariantMinute]:
        """Return the measured minutes that begin in [since, until), in the order of time.

        With a configuration, those of the new fleet that a guarded deployment shifts traffic to:
        its metrics have a dimension more. Custom metrics are asked for in the same call.
        """
        begin = since.replace(second=0, microsecond=0)
        if begin < since:
            begin += timedelta(seconds=PERIOD)
        if begin >= until:
            return []
        found: dict[datetime, dict[str, float]] = {}
        whose = dimensions_of(endpoint, variant, config)
        queries = [
            metric_query(name, Metric(INVOCATIONS, *wanted, PERIOD), whose)
            for name, wanted in _WANTED.items()
        ]
        queries += _custom_queries(custom, endpoint, variant)
        for name, moment, value in metric_points(queries, begin, until):
            if begin <= moment < until:
                found.setdefault(moment, {})[name] = value
        return [
            _minute(moment, found[moment], len(custom)) for moment in sorted(found) if found[moment]
        ]


def _custom_queries(
    metrics: Sequence[CustomMetric], endpoint: str, variant: str
) -> Iterator[dict[str, Any]]:
    """Ask for each metric, and of how many values it is."""
    for index, each in enumerate(metrics):
        given = each.dimensions_of(endpoint, variant).items()
        whose = [{"Name": name, "Value": value} for name, value in given]
        for name, statistic in (("custom", each.measured_as), ("count", "SampleCount")):
            metric = Metric(each.namespace, each.metric, statistic, PERIOD)
            yield metric_query(f"{name}{index}", metric, whose)


def _minute(moment: datetime, values: Mapping[str, float], custom: int) -> VariantMinute:
    """Return a minute; a request refused with 4xx is its caller's error and not the variant's."""
    refused, server, model = (round(values.get(key, 0)) for key in ("refused", "server", "model"))
    errors = max(server, model - refused)
    # The metrics of a minute need not arrive together; no more failed than were asked.
    requests = max(round(values.get("requests", 0)), errors + refused)
    return VariantMinute(
        moment,
        requests,
        errors,
        values.get("usual"),
        tail=values.get("tail"),
        refused=refused,
        custom=tuple(_sample(values, index) for index in range(custom)),
    )


def _sample(values: Mapping[str, float], index: int) -> Sample | None:
    value, count = values.get(f"custom{index}"), values.get(f"count{index}")
    return None if value is None or count is None else Sample(value, count)
