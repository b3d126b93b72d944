"""What an alarm does when its state changes."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events.alarms.reasons import stamp
from sandbox.events.deadletters import Lost
from sandbox.events.failures import classify

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account
    from sandbox.events.alarms.alarm import Alarm, AlarmState
    from sandbox.events.bus.bus import Bus

_SCALING = "arn:aws:autoscaling:"
_TOPIC = "arn:aws:sns:"
_FUNCTION = "arn:aws:lambda:"
_REGION_NAMES = {"us-east-1": "US East (N. Virginia)"}


class Actions:
    """Runs the actions of alarms: topics, functions, and scaling policies of another area."""

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self._scale: Callable[[str, dict[str, Any]], None] | None = None

    def on_scaling(self, handler: Callable[[str, dict[str, Any]], None]) -> None:
        """Hand the ARN of a scaling policy and the alarm's description to Auto Scaling.

        It hears of a state change, and again at each evaluation while the state lasts.
        """
        self._scale = handler

    def check(self, arns: list[str]) -> None:
        """Refuse actions that nothing here carries out."""
        for arn in arns:
            known = arn.startswith((_TOPIC, _FUNCTION)) or (self._scale and self._scales(arn))
            if not known:
                raise Unsupported(f"The alarm action {arn}: topics, functions, scaling policies.")

    def run(self, alarm: Alarm, before: AlarmState) -> None:
        """Run the actions for the state that an alarm has just entered."""
        if alarm.actions_enabled:
            for arn in alarm.actions(alarm.state.value):
                action = functools.partial(self._run, arn, alarm, before)
                self._account.kernel.spawn(action, name=f"action of alarm {alarm.name}")

    def repeat(self, alarm: Alarm) -> bool:
        """Run what is repeated while a state lasts; say whether there is any."""
        repeated = [arn for arn in alarm.actions(alarm.state.value) if self._scales(arn)]
        if not alarm.actions_enabled or self._scale is None:
            return False
        for arn in repeated:
            self._scale(arn, alarm.describe())
        return bool(repeated)

    @staticmethod
    def _scales(arn: str) -> bool:
        return arn.startswith(_SCALING)

    def _run(self, arn: str, alarm: Alarm, before: AlarmState) -> None:
        if self._scales(arn):
            return  # Told at this evaluation already, as at every one.
        try:
            if arn.startswith(_TOPIC):
                self._publish(arn, alarm, before)
            else:
                self._invoke(arn, alarm, before)
        except Exception as error:  # Classified: what is no failed call is raised again.
            failed = classify(error)
            reason = f"{failed.code}: {failed.message}"
            self._bus.lost.append(Lost(alarm.arn, arn, alarm.state.reason, reason))

    def _publish(self, arn: str, alarm: Alarm, before: AlarmState) -> None:
        # A topic's default policy lets in whoever acts for the owner, as CloudWatch does.
        account = self._account.account_id
        context = {
            "aws:sourcearn": alarm.arn,
            "aws:sourceaccount": account,
            "aws:sourceowner": account,
        }
        self._bus.permissions.require_topic(arn, "cloudwatch", context)
        region = _REGION_NAMES.get(self._account.region, self._account.region)
        self._account.client("sns").publish(
            TopicArn=arn,
            Subject=f'{alarm.state.value}: "{alarm.name}" in {region}'[:100],
            Message=json.dumps(notification(alarm, before, account, region)),
        )

    def _invoke(self, arn: str, alarm: Alarm, before: AlarmState) -> None:
        account = self._account.account_id
        context = {"aws:sourcearn": alarm.arn, "aws:sourceaccount": account}
        service = "lambda.alarms.cloudwatch"
        self._bus.permissions.require_function(arn, service, context)
        payload = {
            "source": "aws.cloudwatch",
            "alarmArn": alarm.arn,
            "accountId": account,
            "time": alarm.state.as_event()["timestamp"],
            "region": self._account.region,
            "alarmData": {
                "alarmName": alarm.name,
                "state": alarm.state.as_event(),
                "previousState": before.as_event(),
                "configuration": {"metrics": alarm.metrics_in_events()},
            },
        }
        body = json.dumps(payload)
        self._account.client("lambda").invoke(
            FunctionName=arn, InvocationType="Event", Payload=body
        )


def notification(alarm: Alarm, before: AlarmState, account: str, region: str) -> dict[str, Any]:
    """Return the message that CloudWatch publishes for a change of state."""
    described = alarm.describe()
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": described.get("AlarmDescription"),
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configured),
        "NewStateValue": alarm.state.value,
        "NewStateReason": alarm.state.reason,
        "StateChangeTime": stamp(alarm.state.updated),
        "Region": region,
        "AlarmArn": alarm.arn,
        "OldStateValue": before.value,
        "OKActions": described["OKActions"],
        "AlarmActions": described["AlarmActions"],
        "InsufficientDataActions": described["InsufficientDataActions"],
        "Trigger": _trigger(alarm),
    }


def _trigger(alarm: Alarm) -> dict[str, Any]:
    condition = alarm.condition
    return {
        **(_of_math(alarm) if alarm.watched.added else _of_metric(alarm)),
        "Period": alarm.watched.period,
        "EvaluationPeriods": condition.periods,
        "DatapointsToAlarm": condition.datapoints,
        "ComparisonOperator": condition.comparison,
        "Threshold": float(condition.threshold),
        "TreatMissingData": condition.missing,
        "EvaluateLowSampleCountPercentile": (
            alarm.given.get("EvaluateLowSampleCountPercentile") or ""
        ),
    }


def _of_math(alarm: Alarm) -> dict[str, Any]:
    return {"Metrics": alarm.given["Metrics"]}


def _of_metric(alarm: Alarm) -> dict[str, Any]:
    watched = alarm.watched
    dimensions = [{"value": value, "name": name} for name, value in watched.metric.dimensions]
    percentile = watched.stat.startswith("p")
    return {
        "MetricName": watched.metric.name,
        "Namespace": watched.metric.namespace,
        "StatisticType": "ExtendedStatistic" if percentile else "Statistic",
        "ExtendedStatistic" if percentile else "Statistic": (
            watched.stat if percentile else watched.stat.upper()
        ),
        "Unit": watched.unit,
        "Dimensions": dimensions,
    }
