"""SageMaker's invocation metrics in CloudWatch, minute by minute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import message_of, passing_faults
from slipway.domain.alarms import INVOCATIONS
from slipway.domain.judge import VariantMinute
from slipway.errors import MeasurementFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
        whose = _dimensions(endpoint, variant, config)
        for name, moment, value in _points(whose, begin, until):
            if begin <= moment < until:
                found.setdefault(moment, {})[name] = value
        return [_minute(moment, found[moment]) for moment in sorted(found) if found[moment]]


def _dimensions(endpoint: str, variant: str, config: str) -> list[dict[str, str]]:
    values = {"EndpointName": endpoint, "VariantName": variant, "EndpointConfigName": config}
    return [{"Name": name, "Value": value} for name, value in values.items() if value]


def _points(
    whose: list[dict[str, str]], since: datetime, until: datetime
) -> Iterator[tuple[str, datetime, float]]:
    request: dict[str, Any] = {
        "MetricDataQueries": [_query(name, whose) for name in _WANTED],
        "StartTime": since,
        "EndTime": until,
        "ScanBy": "TimestampAscending",
    }
    while True:
        answer = _ask(request)
        for result in answer["MetricDataResults"]:
            pairs = zip(result["Timestamps"], result["Values"], strict=True)
            yield from ((result["Id"], moment, value) for moment, value in pairs)
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


def _query(name: str, whose: list[dict[str, str]]) -> dict[str, Any]:
    metric, statistic = _WANTED[name]
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": INVOCATIONS,
                "MetricName": metric,
                "Dimensions": whose,
            },
            "Period": PERIOD,
            "Stat": statistic,
        },
    }


def _minute(moment: datetime, values: Mapping[str, float]) -> VariantMinute:
    """Return a minute; a request refused with 4xx is its caller's error and not the variant's."""
    refused, server, model = (round(values.get(key, 0)) for key in ("refused", "server", "model"))
    errors = max(server, model - refused)
    # The metrics of a minute need not arrive together; no more failed than were asked.
    requests = max(round(values.get("requests", 0)), errors + refused)
    return VariantMinute(
        moment, requests, errors, values.get("usual"), tail=values.get("tail"), refused=refused
    )
