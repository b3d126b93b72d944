"""CloudWatch's GetMetricData: how it is asked, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from slipway.adapters.clients import client
from slipway.adapters.faults import message_of, passing_faults
from slipway.errors import MeasurementFailed, ServiceBusy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime


class Metric(NamedTuple):
    """What is asked for.

    Parameters
    ----------
    statistic : str
        Such as ``Sum`` or ``p95``.
    period : int
        In seconds.
    """

    namespace: str
    name: str
    statistic: str
    period: int


def dimensions_of(endpoint: str, variant: str, config: str = "") -> list[dict[str, str]]:
    """Return the dimensions of a variant's metrics; with a configuration, of one fleet's alone."""
    values = {"EndpointName": endpoint, "VariantName": variant, "EndpointConfigName": config}
    return [{"Name": name, "Value": value} for name, value in values.items() if value]


def metric_query(
    name: str, metric: Metric, dimensions: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return one query, whose values come back under its name."""
    namespace, what, statistic, period = metric
    asked = {"Namespace": namespace, "MetricName": what, "Dimensions": list(dimensions)}
    return {"Id": name, "MetricStat": {"Metric": asked, "Period": period, "Stat": statistic}}


def metric_points(
    queries: Sequence[Mapping[str, Any]], since: datetime, until: datetime
) -> Iterator[tuple[str, datetime, float]]:
    """Return query, moment and value of each point, in the order of time within a query.

    Raises
    ------
    MeasurementFailed
        If CloudWatch refuses to tell.
    ServiceBusy
        If it does not tell now. What it fails to read is no absence of errors.
    """
    if not queries:
        return
    request: dict[str, Any] = {
        "MetricDataQueries": list(queries),
        "StartTime": since,
        "EndTime": until,
        "ScanBy": "TimestampAscending",
    }
    while True:
        answer = _ask(request)
        for result in answer["MetricDataResults"]:
            _require_success(result)
            pairs = zip(result["Timestamps"], result["Values"], strict=True)
            yield from ((result["Id"], moment, value) for moment, value in pairs)
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def _require_success(result: Mapping[str, Any]) -> None:
    """Look at each entry: one can fail inside an answer that says 200."""
    status = result.get("StatusCode", "Complete")
    if status == "Forbidden":
        raise MeasurementFailed(f"CloudWatch gives no metric {result['Id']}: access is denied")
    if status == "InternalError":
        raise ServiceBusy(f"GetMetricData: CloudWatch could not read {result['Id']}")


def _ask(request: Mapping[str, Any]) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        with passing_faults():
            answer: dict[str, Any] = client("cloudwatch").get_metric_data(**request)
    except ClientError as error:
        raise MeasurementFailed(f"CloudWatch gives no metrics: {message_of(error)}") from error
    return answer
