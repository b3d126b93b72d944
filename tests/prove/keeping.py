"""What becomes of an endpoint that serves: alarms, looks each day, what cannot be taken away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.hosting import Trouble
from sandbox.proving import ledger
from tests.prove.acts import check, holding, limits, outcome, serve, told
from tests.prove.parts import CODE, SMOKE
from tests.prove.releases import KEPT

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

_SHIFT = (
    "release: {strategy: all-at-once, bake: 5m, replay: 0, inconclusive: promote, "
    "keep_previous: 20m}\n"
)
_MOST = 4
_SCALING = f"scaling: {{target: 600, min: 2, max: {_MOST}}}\n"
_HOUR = 3700.0
_TRIES = 3
_LACKING = "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity"


class StrayAlarm:
    """An alarm of what serves, which nothing can be done about: people are told."""

    name = "an alarm of what serves"
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


class Stuck:
    """A previous variant that cannot be taken away when it is due; it is tried again."""

    name = "settling that fails at first"
    workflows = frozenset({"settle"})

    def prepare(self, world: World) -> None:
        serve(world, _SHIFT)
        world.drop("2", CODE, smoke=SMOKE)
        world.finish()
        book = ledger.read(world.sandbox)
        assert book.outcome_of(world.endpoint) == "succeeded", book.releases
        assert book.endpoints[world.endpoint].get("settling"), "nothing is left to settle"

    def act(self, world: World) -> None:
        trouble = Trouble(world.endpoint, _LACKING, seconds=300.0)
        world.sandbox.account.hosting.lifecycle.troubles.add(trouble)

    def conclude(self, world: World) -> None:
        world.sandbox.advance(KEPT)
        world.finish()
        for _ in range(_TRIES):
            if not _settles(world):
                break
            world.sandbox.advance(_HOUR)
            world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        if _settles(world):
            # What failed for ever is over by now, and the next attempt is due within a day.
            world.sandbox.advance(26 * 3600.0)
            world.finish()
        problems = holding(world)
        return [*problems, "it never settles"] if _settles(world) else problems


class Row:
    """Drops one upon the other: the newest is what comes to serve."""

    name = "drops in a row"
    workflows = frozenset({"release", "settle"})

    def prepare(self, world: World) -> None:
        serve(world, _SHIFT)

    def act(self, world: World) -> None:
        for version in ("2", "3", "4"):
            world.drop(version, CODE)
            world.sandbox.advance(1.0)

    def conclude(self, world: World) -> None:
        world.finish()
        if _settles(world):
            world.sandbox.advance(KEPT)
            world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = outcome(world, "succeeded", "failed", "rolled-back")
        book = ledger.read(world.sandbox)
        live = str(book.endpoints[world.endpoint]["live"]["drop"]["key"]).split("/")[2]
        newest = max(book.drops, key=lambda drop: str(drop["drop"]["sequencer"]))
        if newest.get("outcome") == "succeeded" and live != "4":
            problems.append(f"version {live} serves, the newest is 4")
        return problems


def _settles(world: World) -> bool:
    return bool(ledger.read(world.sandbox).endpoints[world.endpoint].get("settling"))


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
