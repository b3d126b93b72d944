"""The events that CloudWatch puts onto the default bus about its alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.events.alarms.reasons import stamp

if TYPE_CHECKING:
    from sandbox.events.alarms.alarm import Alarm, AlarmState
    from sandbox.events.bus.bus import Bus


def state_change(bus: Bus, alarm: Alarm, before: AlarmState) -> None:
    """Announce a new state; this happens even where the alarm's actions are disabled."""
    configuration: dict[str, Any] = {"metrics": alarm.metrics_in_events()}
    if alarm.given.get("AlarmDescription"):
        configuration["description"] = alarm.given["AlarmDescription"]
    detail = {
        "alarmName": alarm.name,
        "state": alarm.state.as_event(),
        "previousState": before.as_event(),
        "configuration": configuration,
    }
    bus.emit("aws.cloudwatch", "CloudWatch Alarm State Change", detail, [alarm.arn])


def configuration_change(
    bus: Bus, operation: str, alarm: Alarm, previous: Alarm | None = None
) -> None:
    """Announce that an alarm was made (`create`), changed (`update`) or removed (`delete`)."""
    detail = {
        "alarmName": alarm.name,
        "operation": operation,
        "state": {"value": alarm.state.value, "timestamp": stamp(alarm.state.updated)},
        "configuration": _configuration(alarm),
    }
    if previous is not None:
        detail["previousConfiguration"] = _configuration(previous)
    bus.emit("aws.cloudwatch", "CloudWatch Alarm Configuration Change", detail, [alarm.arn])


def _configuration(alarm: Alarm) -> dict[str, Any]:
    condition = alarm.condition
    shown = {
        "evaluationPeriods": condition.periods,
        "datapointsToAlarm": condition.datapoints,
        "threshold": condition.threshold,
        "comparisonOperator": condition.comparison,
        "treatMissingData": condition.missing,
        "metrics": alarm.metrics_in_events(),
        "alarmName": alarm.name,
        "actionsEnabled": alarm.actions_enabled,
        "timestamp": stamp(alarm.configured),
        "okActions": alarm.actions("OK"),
        "alarmActions": alarm.actions("ALARM"),
        "insufficientDataActions": alarm.actions("INSUFFICIENT_DATA"),
    }
    description = alarm.given.get("AlarmDescription")
    return {**shown, "description": description} if description else shown
