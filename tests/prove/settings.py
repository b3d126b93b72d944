"""Settings that change without a new model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.proving import ledger
from sandbox.proving.invariants import violations
from tests.prove.parts import CODE, SMOKE, spec_of

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

_MOST = 3


class Settings:
    """An endpoint.yaml with another limit of scaling, and no model.

    However often a call fails, the new limit is there in the end; what failed for good is applied
    by the next look at the endpoint.
    """

    name = "settings in place"
    workflows = frozenset({"reconcile"})

    def prepare(self, world: World) -> None:
        world.spec(spec_of())
        world.drop("1", CODE, smoke=SMOKE)
        world.finish()
        (first,) = ledger.read(world.sandbox).releases_of(world.endpoint)
        assert first["outcome"] == "succeeded", first["reason"]

    def act(self, world: World) -> None:
        world.spec(spec_of(f"scaling: {{target: 600, min: 2, max: {_MOST}}}\n"))

    def conclude(self, world: World) -> None:
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = [f"{each.kind}: {each.text}" for each in violations(world.sandbox)]
        if _most(world) != _MOST:
            # What failed for ever is over by now; the next day begins.
            world.sandbox.client("stepfunctions").start_execution(
                stateMachineArn=world.sandbox.outputs["ReconcileStateMachineArn"],
                input=json.dumps({"endpoint": world.endpoint, "check": True}),
            )
            world.finish()
        if _most(world) != _MOST:
            problems.append(f"scaling goes up to {_most(world)} instead of {_MOST}")
        return problems


def _most(world: World) -> int:
    """Return the maximum of what serves; 0 if it does not scale."""
    targets = world.sandbox.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker"
    )["ScalableTargets"]
    mine = f"endpoint/{world.endpoint}/"
    return next((t["MaxCapacity"] for t in targets if t["ResourceId"].startswith(mine)), 0)
