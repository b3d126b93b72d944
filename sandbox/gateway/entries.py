"""Entries that fail inside an answer that says 200, as operations word it that take several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FAILED = {"ErrorCode": "InternalFailure", "ErrorMessage": "Unexpected error."}


def _put_events(params: Mapping[str, Any]) -> dict[str, Any]:
    entries = params["Entries"]
    return {"FailedEntryCount": len(entries), "Entries": [_FAILED for _ in entries]}


def _get_metric_data(params: Mapping[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {"Timestamps": [], "Values": [], "StatusCode": "InternalError"}
    asked = [query for query in params["MetricDataQueries"] if query.get("ReturnData", True)]
    return {"MetricDataResults": [{"Id": each["Id"], "Label": "", **empty} for each in asked]}


_ANSWERS: dict[tuple[str, str], Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    ("events", "PutEvents"): _put_events,
    ("cloudwatch", "GetMetricData"): _get_metric_data,
}
WITH_ENTRIES = frozenset(_ANSWERS)


def all_failed(service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation's output in which no entry was carried out."""
    return _ANSWERS[service, operation](params)
