"""What people and models do in scenarios, and what a drop has to come to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.hosting import Behaviour
from sandbox.proving import ledger
from sandbox.proving.invariants import violations
from tests.prove.parts import CODE, SMOKE, spec_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.proving import World
    from sandbox.proving.ledger import Item

_LOOK = 20.0
_WATCHED = 12 * 3600.0


def serve(world: World, more: str = "", hosting: str = "") -> None:
    """Bring a first model into service.

    Parameters
    ----------
    more, hosting
        What endpoint.yaml says besides, at its top and of its hosting.
    """
    world.spec(spec_of(more, hosting=hosting))
    release_first(world)


def release_first(world: World, smoke: bytes | None = SMOKE) -> None:
    """Bring a first model into service, whose settings are there."""
    world.drop("1", CODE, smoke=smoke)
    world.finish()
    (first,) = ledger.read(world.sandbox).releases_of(world.endpoint)
    assert first["outcome"] == "succeeded", first["reason"]


def check(world: World) -> None:
    """Look at the endpoint as is done once a day, and put right what is otherwise."""
    start(world, "Reconcile", check=True)
    world.finish()


def start(world: World, workflow: str, **given: Any) -> None:
    """Start a workflow for the endpoint."""
    world.sandbox.client("stepfunctions").start_execution(
        stateMachineArn=world.sandbox.outputs[f"{workflow}StateMachineArn"],
        input=json.dumps({"endpoint": world.endpoint, **given}),
    )


def holding(world: World) -> list[str]:
    """Return what does not hold now, in words."""
    return [str(each) for each in violations(world.sandbox)]


def limits(world: World) -> tuple[int, int]:
    """Return between how many instances what serves scales; zeros if it does not."""
    targets = world.sandbox.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker"
    )["ScalableTargets"]
    mine = [
        each for each in targets if each["ResourceId"].startswith(f"endpoint/{world.endpoint}/")
    ]
    return next(((each["MinCapacity"], each["MaxCapacity"]) for each in mine), (0, 0))


def told(world: World, kind: str) -> int:
    """Return how often the bus took news of a kind about the endpoint."""
    return sum(
        entry["DetailType"] == kind
        for record in world.new_records
        if record.operation == "PutEvents" and record.error is None
        for entry in record.params["Entries"]
        if json.loads(entry["Detail"]).get("endpoint") == world.endpoint
    )


def spoil(world: World) -> None:
    """Let the second version err under traffic from now on."""
    bad = Behaviour(error_rate=0.2)
    world.sandbox.account.hosting.behave(f"{world.endpoint}-2-*", bad)


def bakes_last(release: Item) -> bool:
    """Tell whether a release bakes with all of the traffic."""
    return int(release.get("step", -1)) > 0 and bool(release.get("bake"))


def once(
    world: World,
    holds: Callable[[Item], Any],
    do: Callable[[], None],
    *,
    again: float | None = None,
) -> None:
    """Do something when it first holds of the release that comes, however the case goes on.

    Parameters
    ----------
    again
        Seconds after which it is done once more if it still holds, or holds again.
    """
    kernel = world.sandbox.kernel
    known = len(ledger.read(world.sandbox).releases_of(world.endpoint))
    end = kernel.timestamp() + _WATCHED

    def watch() -> None:
        while kernel.timestamp() < end:
            # A look at the ledger takes longer than what happens meanwhile.
            kernel.sleep(_LOOK)
            book = ledger.read(world.sandbox)
            if world.endpoint not in book.endpoints:
                return  # The case is over.
            for coming in book.releases_of(world.endpoint)[known : known + 1]:
                if holds(coming):
                    do()
                    if again is None:
                        return
                    kernel.sleep(again)
                if coming.get("outcome") in ledger.FINAL:
                    return

    kernel.spawn(watch, name=f"what happens to {world.endpoint}")


def command(world: World, command: str) -> None:
    """Command something about the newest release."""
    newest = ledger.read(world.sandbox).releases_of(world.endpoint)[-1]
    detail = {"endpoint": world.endpoint, "release": newest["sk"], "command": command, "by": "ops"}
    entry = {
        "EventBusName": world.sandbox.outputs["EventBusName"],
        "Source": "slipway.operator",
        "DetailType": "Release Command",
        "Detail": json.dumps({**detail, "reason": "a proof"}),
    }
    world.sandbox.client("events").put_events(Entries=[entry])


def outcome(world: World, *allowed: str) -> list[str]:
    """Look at the newest drop's one terminal record; a drop refused at once leaves no release."""
    drops = ledger.read(world.sandbox).drops
    if len(drops) != world.drops:
        return [f"{world.drops} drops, but {len(drops)} in the ledger"]
    newest = max(drops, key=lambda drop: str(drop["drop"]["sequencer"]))
    outcome = str(newest.get("outcome"))
    return [] if outcome in allowed else [f"the drop ended as {outcome}"]
