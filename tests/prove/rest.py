"""A night: an endpoint sleeps and wakes, and is the same in the morning."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.proving import ledger
from tests.prove.acts import holding, serve, start
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
    family = "rest"
    workflows = frozenset({"rest"})

    def __init__(self) -> None:
        self.evening: dict[str, Any] = {}

    def prepare(self, world: World) -> None:
        serve(world)
        self.evening = picture(world.sandbox.client, world.endpoint)

    def act(self, world: World) -> None:
        until = world.sandbox.kernel.now() + _NIGHT
        start(world, "Rest", action="sleep", until=until.isoformat())

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
            start(world, "Rest", action="wake")
            world.finish()
        problems = holding(world)
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
