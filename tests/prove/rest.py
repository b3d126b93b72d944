"""A night: an endpoint sleeps and wakes, and is the same in the morning."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.proving import ledger
from sandbox.proving.invariants import violations
from tests.prove.parts import CODE, SMOKE, spec_of
from tests.stage.picture import picture

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

# Whatever failed is tried again after a quarter of an hour.
_AGAIN = 16 * 60.0
_TRIES = 4
_NIGHT = timedelta(minutes=45)


class Night:
    """An endpoint that is sent to sleep until a moment, and then wakes.

    However often a call fails, the endpoint is whole in the end: it never went to sleep, or it
    slept and woke, and everything that somebody chose about it is as it was.
    """

    name = "sleep and wake"
    workflows = frozenset({"rest"})

    def __init__(self) -> None:
        self.evening: dict[str, Any] = {}

    def prepare(self, world: World) -> None:
        world.spec(spec_of())
        world.drop("1", CODE, smoke=SMOKE)
        world.finish()
        (first,) = ledger.read(world.sandbox).releases_of(world.endpoint)
        assert first["outcome"] == "succeeded", first["reason"]
        self.evening = picture(world.sandbox.client, world.endpoint)

    def act(self, world: World) -> None:
        until = world.sandbox.kernel.now() + _NIGHT
        _start(world, "sleep", until=until.isoformat())

    def conclude(self, world: World) -> None:
        world.finish()
        for _ in range(_TRIES):
            if not _phase(world):
                break
            world.sandbox.advance(_AGAIN)
            world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        # What fails for ever is over by now, and whoever looks after it wakes the endpoint.
        if _phase(world):
            world.sandbox.advance(_AGAIN)
            world.finish()
        if _phase(world):
            _start(world, "wake")
            world.finish()
        problems = [f"{each.kind}: {each.text}" for each in violations(world.sandbox)]
        if _phase(world):
            return [*problems, f"the endpoint is {_phase(world)} for ever"]
        morning = picture(world.sandbox.client, world.endpoint)
        changed = [part for part, was in self.evening.items() if morning[part] != was]
        if changed:
            problems.append(f"not as before it slept: {', '.join(changed)}")
        return problems


def _phase(world: World) -> str:
    """Return in which phase of sleep the endpoint is; empty if it is awake."""
    endpoint = ledger.read(world.sandbox).endpoints[world.endpoint]
    return str((endpoint.get("asleep") or {}).get("phase", ""))


def _start(world: World, action: str, **more: str) -> None:
    world.sandbox.client("stepfunctions").start_execution(
        stateMachineArn=world.sandbox.outputs["RestStateMachineArn"],
        input=json.dumps({"endpoint": world.endpoint, "action": action, **more}),
    )
