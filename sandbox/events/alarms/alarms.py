"""CloudWatch's alarms: their API, evaluation, events and actions."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events.alarms.actions import Actions
from sandbox.events.alarms.alarm import Alarm, AlarmState
from sandbox.events.alarms.announce import configuration_change, state_change
from sandbox.events.alarms.checks import check_alarm
from sandbox.events.alarms.engine import Engine, describe_all, initial_state
from sandbox.events.metrics.api import dimensions_of
from sandbox.events.metrics.store import MetricId
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus
    from sandbox.gateway import Call

_KEPT_HISTORY = 1000
_OPERATIONS = {
    "PutMetricAlarm": "put",
    "DescribeAlarms": "describe",
    "DescribeAlarmsForMetric": "describe_for_metric",
    "DescribeAlarmHistory": "history",
    "DeleteAlarms": "delete",
    "SetAlarmState": "set_state",
    "EnableAlarmActions": "enable_actions",
    "DisableAlarmActions": "disable_actions",
    "ListTagsForResource": "list_tags",
    "TagResource": "tag",
    "UntagResource": "untag",
    "PutCompositeAlarm": "unsupported",
    "PutAnomalyDetector": "unsupported",
}


class Alarms:
    """The metric alarms of the account.

    Attributes
    ----------
    actions
        What runs when a state changes; `actions.on_scaling` connects Auto Scaling.
    """

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self.actions = Actions(account, bus)
        self._engine = Engine(account.kernel, bus.metrics, self._changed, self.actions.repeat)
        self._history: deque[dict[str, Any]] = deque(maxlen=_KEPT_HISTORY)

    def serve(self) -> None:
        """Answer CloudWatch's operations on alarms."""
        for operation, name in _OPERATIONS.items():
            self._account.gateway.serve("cloudwatch", operation, getattr(self, name))

    def state(self, name: str) -> str | None:
        """Return the state of an alarm, or None when there is none of that name."""
        alarm = self._engine.alarms.get(name)
        return alarm.state.value if alarm else None

    def put(self, call: Call) -> None:
        """Answer PutMetricAlarm: an alarm that exists keeps its state."""
        given = {key: value for key, value in call.params.items() if value is not None}
        self.put_alarm(given)

    def put_alarm(self, given: dict[str, Any]) -> Alarm:
        """Make or change an alarm from PutMetricAlarm's parameters."""
        check_alarm(given)
        lists = ("AlarmActions", "OKActions", "InsufficientDataActions")
        self.actions.check([arn for name in lists for arn in given.get(name) or ()])
        now, name = self._account.kernel.now(), given["AlarmName"]
        old = self._engine.alarms.get(name)
        place = f"{self._account.region}:{self._account.account_id}"
        state = old.state if old else initial_state(now)
        tags = {tag["Key"]: tag["Value"] for tag in given.get("Tags") or ()}
        alarm = Alarm(given, f"arn:aws:cloudwatch:{place}:alarm:{name}", now, state)
        alarm.tags = old.tags if old else tags
        self._engine.add(alarm)
        operation = "update" if old else "create"
        configuration_change(self._bus, operation, alarm, old)
        self._note(alarm, "ConfigurationUpdate", f'Alarm "{name}" {operation}d')
        return alarm

    def delete(self, call: Call) -> None:
        """Answer DeleteAlarms: all of them or, when one is missing, none."""
        names = call.params["AlarmNames"]
        missing = [name for name in names if name not in self._engine.alarms]
        if missing:
            raise AwsError("ResourceNotFound", f"Alarms [{', '.join(missing)}] do not exist", 404)
        for name in names:
            self.delete_alarm(name)

    def delete_alarm(self, name: str) -> None:
        """Remove an alarm, if it is there."""
        alarm = self._engine.alarms.get(name)
        if alarm is not None:
            self._engine.remove(name)
            configuration_change(self._bus, "delete", alarm)

    def set_state(self, call: Call) -> None:
        """Answer SetAlarmState: the state lasts until the next evaluation."""
        given = call.params
        alarm = self._known(given["AlarmName"])
        data = given.get("StateReasonData")
        self._engine.set_state(alarm, given["StateValue"], given["StateReason"], data)

    def enable_actions(self, call: Call) -> None:
        """Answer EnableAlarmActions."""
        self._set_actions(call, enabled=True)

    def disable_actions(self, call: Call) -> None:
        """Answer DisableAlarmActions."""
        self._set_actions(call, enabled=False)

    def describe(self, call: Call) -> dict[str, Any]:
        """Answer DescribeAlarms."""
        given, alarms = call.params, list(self._engine.alarms.values())
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
        alarms = self._engine.alarms.values()
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

    def unsupported(self, call: Call) -> None:
        """Refuse what the sandbox does not evaluate."""
        raise Unsupported(f"cloudwatch:{call.operation} in the sandbox.")

    def _set_actions(self, call: Call, *, enabled: bool) -> None:
        for name in call.params["AlarmNames"]:
            if name in self._engine.alarms:
                self._engine.alarms[name].given["ActionsEnabled"] = enabled

    def _known(self, name: str) -> Alarm:
        alarm = self._engine.alarms.get(name)
        if alarm is None:
            raise AwsError("ResourceNotFound", f"Unknown alarm {name}", 404)
        return alarm

    def _by_arn(self, arn: str) -> Alarm:
        for alarm in self._engine.alarms.values():
            if alarm.arn == arn:
                return alarm
        raise AwsError("ResourceNotFoundException", f"Unknown resource {arn}", 404)

    def _changed(self, alarm: Alarm, before: AlarmState) -> None:
        self._note(
            alarm, "StateUpdate", f"Alarm updated from {before.value} to {alarm.state.value}"
        )
        state_change(self._bus, alarm, before)
        self.actions.run(alarm, before)

    def _note(self, alarm: Alarm, kind: str, summary: str) -> None:
        self._history.append(
            {
                "AlarmName": alarm.name,
                "AlarmType": "MetricAlarm",
                "Timestamp": self._account.kernel.now(),
                "HistoryItemType": kind,
                "HistorySummary": summary,
            }
        )


def _all_actions(alarm: Alarm) -> list[str]:
    return [*alarm.actions("ALARM"), *alarm.actions("OK"), *alarm.actions("INSUFFICIENT_DATA")]


def _page(described: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    start, size = int(given.get("NextToken") or 0), given.get("MaxRecords") or 50
    page = {"MetricAlarms": described[start : start + size], "CompositeAlarms": []}
    more = start + size < len(described)
    return {**page, "NextToken": str(start + size)} if more else page
