"""Many endpoints that sleep at the same time, made of one that was released."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.hosting import PRETENDING
from slipway.domain.lease import EndpointRecord
from tests.stage.archives import scripted
from tests.stage.endpoint import Endpoint, scripted_spec

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.gateway import CallRecord
    from tests.stage.stage import Stage

_FIRST = "house0"
# Calls a second that an account may make. Those of CloudWatch are AWS's defaults; of the others AWS
# publishes none, and reads are usually allowed more often than changes.
RATES = {
    ("cloudwatch", "PutMetricAlarm"): 3.0,
    ("cloudwatch", "DeleteAlarms"): 3.0,
    ("cloudwatch", "DescribeAlarms"): 9.0,
    ("sagemaker", "CreateEndpoint"): 2.0,
    ("sagemaker", "DeleteEndpoint"): 2.0,
    ("sagemaker", "UpdateEndpointWeightsAndCapacities"): 2.0,
    ("sagemaker", "DescribeEndpoint"): 10.0,
    ("sagemaker", "DescribeEndpointConfig"): 10.0,
    ("sagemaker", "ListTags"): 10.0,
    ("application-autoscaling", "RegisterScalableTarget"): 5.0,
    ("application-autoscaling", "DeregisterScalableTarget"): 5.0,
    ("application-autoscaling", "PutScalingPolicy"): 5.0,
    ("application-autoscaling", "DescribeScalableTargets"): 10.0,
    ("application-autoscaling", "DescribeScalingPolicies"): 10.0,
}


class Village:
    """Endpoints with a night in common; the first one was released, the others are like it.

    Parameters
    ----------
    count : int
        How many.
    night : timedelta
        How long they sleep; they go to sleep in half an hour.
    """

    def __init__(self, stage: Stage, count: int, night: timedelta) -> None:
        self.stage = stage
        stage.sandbox.account.hosting.use(PRETENDING)
        stage.sandbox.account.quotas.set_limit("ml.m5.large", 4 * count)
        now = stage.sandbox.kernel.now().replace(second=0, microsecond=0)
        self.at, self.until = now + timedelta(minutes=30), now + timedelta(minutes=30) + night
        first = Endpoint(stage, _FIRST)
        first.spec(
            scripted_spec() + f"sleep: {{at: {_cron(self.at)}, until: {_cron(self.until)}}}\n"
        )
        assert first.release("1", scripted("one")).outcome == "succeeded"
        self.names = [_FIRST, *(f"house{number}" for number in range(1, count))]
        self._schedules = [
            self._schedule(f"slipway-{_FIRST}.{action}") for action in ("sleep", "wake")
        ]
        alarms = stage.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"slipway-{_FIRST}/")
        self._alarms = [self._request(alarm) for alarm in alarms["MetricAlarms"]]
        for name in self.names[1:]:
            self._build(name)
        stage.sandbox.kernel.settle()
        stage.sandbox.advance(600)
        for name in self.names[1:]:
            self._guard(name)

    def states(self) -> dict[str, int]:
        """Return how many endpoints are in each state."""
        found: dict[str, int] = {}
        for record in self.stage.ledger.list_endpoints():
            found[record.state] = found.get(record.state, 0) + 1
        return found

    def limit(self, share: float = 1.0, burst: float = 10.0) -> None:
        """Let the account make so many calls a second.

        Parameters
        ----------
        share : float
            Of the usual rates: a few houses with a part of them are like many with all.
        burst : float
            Of each operation, so many calls at once.
        """
        rates, now = self.stage.sandbox.account.gateway.rates, self.stage.sandbox.kernel.now()
        for (service, operation), rate in RATES.items():
            rates.limit(service, operation, per_second=rate * share, burst=burst, now=now)

    def throttled(self) -> int:
        """Return how many calls of functions were throttled."""
        records = self.stage.sandbox.account.gateway.records
        errors = [r.error for r in records if not r.principal.is_admin]
        return errors.count("ThrottlingException")

    def pass_until(self, moment: datetime) -> None:
        """Let time pass."""
        self.stage.sandbox.advance((moment - self.stage.sandbox.kernel.now()).total_seconds())

    def calls(self, operation: str) -> list[CallRecord]:
        """Return the calls of an operation that functions made since it was bedtime."""
        records = self.stage.sandbox.account.gateway.records
        return [
            record
            for record in records
            if record.operation == operation
            and record.time >= self.at
            and not record.principal.is_admin
        ]

    def endings(self) -> dict[str, int]:
        """Return how many executions of the rest workflow ended in which status."""
        machine = self.stage.outputs["RestStateMachineArn"]
        found: dict[str, int] = {}
        for each in self.stage.sandbox.account.workflows.all_executions():
            if each.state_machine.arn == machine:
                found[each.status] = found.get(each.status, 0) + 1
        return found

    def _schedule(self, name: str) -> dict[str, Any]:
        found = self.stage.client("scheduler").get_schedule(Name=name)
        wanted = (
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "FlexibleTimeWindow",
            "Target",
        )
        return {"Name": name, **{each: found[each] for each in wanted}}

    def _build(self, name: str) -> None:
        ledger, client = self.stage.ledger, self.stage.client
        like = ledger.read_endpoint(_FIRST)
        assert like.live
        drop = replace(like.live.drop, endpoint=name, key=f"models/{name}/1/model.tar.gz")
        live = replace(like.live, drop=drop)
        ledger.write_endpoint(EndpointRecord(name, live=live))
        release = ledger.read_release(_FIRST, like.live.release)
        scaling = json.loads(json.dumps(release.scaling).replace(f"/{_FIRST}/", f"/{name}/"))
        ledger.open_release(replace(release, drop=drop, scaling=scaling))
        client("sagemaker").create_endpoint(
            EndpointName=name,
            EndpointConfigName=live.config,
            Tags=[{"Key": "slipway:endpoint", "Value": name}],
        )
        for schedule in self._schedules:
            text = json.dumps(schedule).replace(f'\\"{_FIRST}\\"', f'\\"{name}\\"')
            client("scheduler").create_schedule(
                **json.loads(text.replace(f"slipway-{_FIRST}.", f"slipway-{name}."))
            )

    def _request(self, alarm: dict[str, Any]) -> dict[str, Any]:
        """Return the members of an alarm that PutMetricAlarm takes."""
        model = self.stage.client("cloudwatch").meta.service_model
        taken = model.operation_model("PutMetricAlarm").input_shape.members
        return {key: value for key, value in alarm.items() if key in taken and value != []}

    def _guard(self, name: str) -> None:
        """Let a house be watched and scaled as the first one is."""
        client, live = self.stage.client, self.stage.ledger.read_endpoint(name).live
        assert live
        for alarm in json.loads(json.dumps(self._alarms).replace(_FIRST, name)):
            client("cloudwatch").put_metric_alarm(**alarm)
        scaling = self.stage.ledger.read_release(name, live.release).scaling
        client("application-autoscaling").register_scalable_target(**scaling["target"])
        client("application-autoscaling").put_scaling_policy(**scaling["policy"])


def _cron(moment: datetime) -> str:
    return f'"cron({moment.minute} {moment.hour} * * ? *)"'
