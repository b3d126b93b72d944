"""SageMaker's invocation metrics in CloudWatch, minute by minute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.adapters.metric_data import Metric, dimensions_of, metric_points, metric_query
from slipway.domain.alarms import INVOCATIONS
from slipway.domain.judge import VariantMinute

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

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

    def minutes(
        self, endpoint: str, variant: str, since: datetime, until: datetime, config: str = ""
    ) -> list[VariantMinute]:
        """Return the minutes with requests that begin in [since, until), in the order of time.

        With a configuration, those of the new fleet that a guarded deployment shifts traffic to:
        its metrics have a dimension more.
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
        for name, moment, value in metric_points(queries, begin, until):
            if begin <= moment < until:
                found.setdefault(moment, {})[name] = value
        return [_minute(moment, found[moment]) for moment in sorted(found) if found[moment]]


def _minute(moment: datetime, values: Mapping[str, float]) -> VariantMinute:
    """Return a minute; a request refused with 4xx is its caller's error and not the variant's."""
    refused, server, model = (round(values.get(key, 0)) for key in ("refused", "server", "model"))
    errors = max(server, model - refused)
    # The metrics of a minute need not arrive together; no more failed than were asked.
    requests = max(round(values.get("requests", 0)), errors + refused)
    return VariantMinute(
        moment, requests, errors, values.get("usual"), tail=values.get("tail"), refused=refused
    )
