"""CloudWatch's operations that show alarms, and their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.events.alarms.engine import describe_all
from sandbox.events.metrics.api import dimensions_of
from sandbox.events.metrics.store import MetricId
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections import deque

    from sandbox.account import Account
    from sandbox.events.alarms.alarm import Alarm
    from sandbox.gateway import Call

_OPERATIONS = {
    "DescribeAlarms": "describe",
    "DescribeAlarmsForMetric": "describe_for_metric",
    "DescribeAlarmHistory": "history",
    "ListTagsForResource": "list_tags",
    "TagResource": "tag",
    "UntagResource": "untag",
}


def serve(account: Account, alarms: dict[str, Alarm], history: deque[dict[str, Any]]) -> None:
    """Answer them from the alarms that there are."""
    queries = _Queries(alarms, history)
    for operation, name in _OPERATIONS.items():
        account.gateway.serve("cloudwatch", operation, getattr(queries, name))


class _Queries:
    def __init__(self, alarms: dict[str, Alarm], history: deque[dict[str, Any]]) -> None:
        self._alarms = alarms
        self._history = history

    def describe(self, call: Call) -> dict[str, Any]:
        """Answer DescribeAlarms."""
        given, alarms = call.params, list(self._alarms.values())
        names, prefix = given.get("AlarmNames"), given.get("AlarmNamePrefix") or ""
        state, action = given.get("StateValue"), given.get("ActionPrefix") or ""
        found = [
            alarm
            for alarm in alarms
            if (names is None or alarm.name in names)
            and alarm.name.startswith(prefix)
            and state in (None, alarm.state.value)
            and (not action or any(arn.startswith(action) for arn in _all_actions(alarm)))
        ]
        wants_metric_alarms = "MetricAlarm" in (given.get("AlarmTypes") or ["MetricAlarm"])
        return _page(describe_all(found) if wants_metric_alarms else [], given)

    def describe_for_metric(self, call: Call) -> dict[str, Any]:
        """Answer DescribeAlarmsForMetric."""
        given = call.params
        dimensions = dimensions_of(given.get("Dimensions"))
        metric = MetricId.of(given["Namespace"], given["MetricName"], dimensions)
        alarms = self._alarms.values()
        return {"MetricAlarms": describe_all([a for a in alarms if a.watched.metric == metric])}

    def history(self, call: Call) -> dict[str, Any]:
        """Answer DescribeAlarmHistory, the newest first."""
        name, kind = call.params.get("AlarmName"), call.params.get("HistoryItemType")
        items = [
            item
            for item in reversed(self._history)
            if name in (None, item["AlarmName"]) and kind in (None, item["HistoryItemType"])
        ]
        return {"AlarmHistoryItems": items[: call.params.get("MaxRecords") or 100]}

    def list_tags(self, call: Call) -> dict[str, Any]:
        """Answer ListTagsForResource for alarms."""
        tags = self._by_arn(call.params["ResourceARN"]).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def tag(self, call: Call) -> None:
        """Answer TagResource for alarms."""
        alarm = self._by_arn(call.params["ResourceARN"])
        alarm.tags.update({tag["Key"]: tag["Value"] for tag in call.params["Tags"]})

    def untag(self, call: Call) -> None:
        """Answer UntagResource for alarms."""
        alarm = self._by_arn(call.params["ResourceARN"])
        for key in call.params["TagKeys"]:
            alarm.tags.pop(key, None)

    def _by_arn(self, arn: str) -> Alarm:
        for alarm in self._alarms.values():
            if alarm.arn == arn:
                return alarm
        raise AwsError("ResourceNotFoundException", f"Unknown resource {arn}", 404)


def _all_actions(alarm: Alarm) -> list[str]:
    return [*alarm.actions("ALARM"), *alarm.actions("OK"), *alarm.actions("INSUFFICIENT_DATA")]


def _page(described: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    start, size = int(given.get("NextToken") or 0), given.get("MaxRecords") or 50
    page = {"MetricAlarms": described[start : start + size], "CompositeAlarms": []}
    more = start + size < len(described)
    return {**page, "NextToken": str(start + size)} if more else page
