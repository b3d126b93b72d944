"""CloudWatch's alarms: their API, evaluation, events and actions."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events.alarms import queries
from sandbox.events.alarms.actions import Actions
from sandbox.events.alarms.alarm import Alarm, AlarmState
from sandbox.events.alarms.announce import configuration_change, state_change
from sandbox.events.alarms.checks import check_alarm
from sandbox.events.alarms.engine import Engine, initial_state
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus
    from sandbox.gateway import Call

_KEPT_HISTORY = 1000
_OPERATIONS = {
    "PutMetricAlarm": "put",
    "DeleteAlarms": "delete",
    "SetAlarmState": "set_state",
    "EnableAlarmActions": "enable_actions",
    "DisableAlarmActions": "disable_actions",
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
        queries.serve(self._account, self._engine.alarms, self._history)

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
