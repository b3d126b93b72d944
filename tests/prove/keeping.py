"""What becomes of an endpoint that serves: alarms, and looks each day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.prove.acts import check, holding, limits, serve, told

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

_MOST = 4
_SCALING = f"scaling: {{target: 600, min: 2, max: {_MOST}}}\n"


class StrayAlarm:
    """An alarm of what serves, which nothing can be done about: people are told."""

    name = "an alarm of what serves"
    family = "alarms"
    workflows = frozenset({"remediate"})

    def prepare(self, world: World) -> None:
        serve(world)

    def act(self, world: World) -> None:
        name = next(each for each in _alarms(world) if each.endswith("server-errors"))
        world.sandbox.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue="ALARM", StateReason="Threshold Crossed"
        )

    def conclude(self, world: World) -> None:
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        if not told(world, "Endpoint Alarm"):
            # What failed for ever is over by now, and who hears of it redrives it.
            _redrive(world, "remediate")
        problems = holding(world)
        if not told(world, "Endpoint Alarm"):
            problems.append("an alarm rang, and nobody was told")
        return problems


class DailyLook:
    """A look at everything, as once a day, after somebody changed something by hand."""

    name = "daily look"
    family = "settings"
    workflows = frozenset({"reconcile"})

    def prepare(self, world: World) -> None:
        serve(world, _SCALING)
        cloudwatch = world.sandbox.client("cloudwatch")
        cloudwatch.delete_alarms(AlarmNames=[_alarms(world)[0]])
        scaling = world.sandbox.client("application-autoscaling")
        (target,) = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")[
            "ScalableTargets"
        ]
        names = ("ServiceNamespace", "ResourceId", "ScalableDimension")
        scaling.register_scalable_target(**{name: target[name] for name in names}, MaxCapacity=9)
        self.alarms = len(_alarms(world)) + 1

    def act(self, world: World) -> None:
        for function in ("StartChecks", "CheckAccount"):
            _invoke(world, function)

    def conclude(self, world: World) -> None:
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        if not self._is_right(world):
            # What failed for ever is over by now, and the next day begins.
            check(world)
        problems = holding(world)
        if not self._is_right(world):
            problems.append(f"{len(_alarms(world))} alarms, and at most {limits(world)[1]}")
        return problems

    def _is_right(self, world: World) -> bool:
        return len(_alarms(world)) == self.alarms and limits(world)[1] == _MOST


def _alarms(world: World) -> list[str]:
    """Return the names of Slipway's alarms of the endpoint."""
    found = world.sandbox.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=f"slipway-{world.endpoint}/"
    )
    return [each["AlarmName"] for each in found["MetricAlarms"]]


def _invoke(world: World, function: str) -> None:
    client = world.sandbox.client("lambda")
    (name,) = [
        each["FunctionName"]
        for page in client.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if f"-{function}Function" in each["FunctionName"]
    ]
    client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({}))


def _redrive(world: World, workflow: str) -> None:
    """Redrive the executions of a workflow that failed."""
    for each in world.executions:
        if each.status != "SUCCEEDED" and workflow in each.state_machine.name.lower():
            world.sandbox.client("stepfunctions").redrive_execution(executionArn=each.exec_arn)
    world.finish()
