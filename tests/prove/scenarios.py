"""What is proved: one class for each thing that Slipway does from beginning to end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.hosting import Behaviour
from sandbox.proving import ledger
from tests.prove.drift import LateTruth, Look
from tests.prove.parts import CODE, SMOKE, spec_of
from tests.prove.rest import Night
from tests.prove.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.proving import Scenario, World
    from sandbox.proving.ledger import Item

_LONG = 72 * 3600.0
_CANARY = "release: {strategy: canary, steps: [25, 100], bake: 5m, keep_previous: 20m}\n"
_KEPT = 20 * 60.0
_LOOK = 20.0
_BEFORE = 600.0
_WATCHED = 12 * 3600.0


class FirstRelease:
    """An endpoint's first model."""

    name = "first release"

    def prepare(self, world: World) -> None:
        world.spec(spec_of())

    def act(self, world: World) -> None:
        world.drop("1", CODE, smoke=SMOKE)

    def conclude(self, world: World) -> None:
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        return _outcome(world, "succeeded", "failed")


class NextRelease:
    """A new model instead of the one that serves, while users ask.

    Attributes
    ----------
    spec
        What endpoint.yaml says besides the hosting.
    per_second
        The users' requests.
    lossless
        Whether no request may fail: a version that is bad under traffic alone harms somebody.
    """

    name = "all-at-once replacement"
    spec = "release: {strategy: all-at-once, bake: 5m, keep_previous: 20m}\n"
    per_second = 20.0
    lossless = True

    def prepare(self, world: World) -> None:
        world.spec(spec_of(self.spec))
        world.drop("1", CODE)
        world.finish()
        (first,) = ledger.read(world.sandbox).releases_of(world.endpoint)
        assert first["outcome"] == "succeeded", first["reason"]
        world.sandbox.account.hosting.traffic(world.endpoint, self.per_second, _LONG)
        # Where all of the traffic leaves what serves, minutes from before are compared.
        world.sandbox.advance(_BEFORE)

    def act(self, world: World) -> None:
        world.drop("2", CODE, smoke=SMOKE)

    def conclude(self, world: World) -> None:
        world.finish()
        # What served before stands by for a while; then the settling takes it away.
        if any(each.get("settling") for each in ledger.read(world.sandbox).endpoints.values()):
            world.sandbox.advance(_KEPT)
            world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        count = world.sandbox.account.hosting.traffic_log.total(world.endpoint)
        problems = _outcome(world, "succeeded", "failed", "rolled-back")
        if count.failed and self.lossless:
            problems.append(f"{count.failed} of {count.requests} user requests failed")
        if not count.requests:
            problems.append("no user asked")
        return problems


class GoodCanary(NextRelease):
    """A canary that is promoted, and then settled."""

    name = "canary, promoted and settled"
    spec = _CANARY


class Approved(NextRelease):
    """A canary whose next step a person lets go on."""

    name = "canary, approved"
    spec = _CANARY.replace("canary, ", "canary, approve: true, ")

    def act(self, world: World) -> None:
        _once(world, lambda newest: newest.get("gate"), lambda: _command(world, "approve"))
        super().act(world)


class Linear(NextRelease):
    """A version that takes over in equal steps."""

    name = "linear, promoted and settled"
    spec = _CANARY.replace("canary", "linear").replace("[25, 100]", "[50]")


class Managed(NextRelease):
    """A version that SageMaker's own guardrails bring in."""

    name = "managed, promoted"
    spec = "release: {strategy: managed, steps: [50, 100], bake: 5m, keep_previous: 20m}\n"


class RefusedCanary(NextRelease):
    """A version that answers its golden request wrong; no user meets it."""

    name = "canary, refused before users"
    spec = _CANARY

    def act(self, world: World) -> None:
        wrong = {"content_type": "text/csv", "body": "1,2", "expect": "7.5"}
        world.drop("2", CODE, smoke=json.dumps(wrong).encode() + b"\n")

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        return [*super().judge(world, releases), *_outcome(world, "failed", "rolled-back")]


class AbortedCanary(NextRelease):
    """A canary that a person aborts while it bakes, unless the command comes too late."""

    name = "canary, aborted"
    spec = _CANARY

    def act(self, world: World) -> None:
        _once(world, lambda newest: newest.get("bake"), lambda: _command(world, "abort"))
        world.drop("2", CODE)


class LateCanary(NextRelease):
    """A canary that errs only once it has all of the traffic, if it comes so far."""

    name = "canary, rolled back from its last step"
    spec = _CANARY
    lossless = False

    def act(self, world: World) -> None:
        _once(world, _bakes_last, lambda: _spoil(world))
        world.drop("2", CODE)


class Reverted(NextRelease):
    """A fresh promotion that goes bad, and whose predecessor takes the traffic back."""

    name = "promotion, reverted"
    spec = _CANARY.replace("keep_previous: 20m", "keep_previous: 1h")
    lossless = False

    def act(self, world: World) -> None:
        _once(world, lambda newest: newest["outcome"] == "succeeded", lambda: _spoil(world))
        super().act(world)

    def conclude(self, world: World) -> None:
        world.finish()
        # The bad one is reverted, and what is left of it settled.
        world.sandbox.advance(_KEPT)
        world.sandbox.advance(3600)
        world.finish()


class BadCanary(NextRelease):
    """A canary that errs under traffic, and is rolled back."""

    name = "canary, rolled back"
    spec = _CANARY
    lossless = False

    def act(self, world: World) -> None:
        _spoil(world)
        world.drop("2", CODE)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = super().judge(world, releases)
        return [*problems, *_outcome(world, "failed", "rolled-back")]


def _spoil(world: World) -> None:
    """Let the second version err under traffic from now on."""
    bad = Behaviour(error_rate=0.2)
    world.sandbox.account.hosting.behave(f"{world.endpoint}-2-*", bad)


def _bakes_last(release: Item) -> bool:
    return int(release.get("step", -1)) > 0 and bool(release.get("bake"))


def _once(world: World, holds: Callable[[Item], Any], do: Callable[[], None]) -> None:
    """Do something when it first holds of the release that comes, however the case goes on."""
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
                    return
                if coming.get("outcome") in ledger.FINAL:
                    return

    kernel.spawn(watch, name=f"what happens to {world.endpoint}")


def _command(world: World, command: str) -> None:
    newest = ledger.read(world.sandbox).releases_of(world.endpoint)[-1]
    detail = {"endpoint": world.endpoint, "release": newest["sk"], "command": command, "by": "ops"}
    entry = {
        "EventBusName": world.sandbox.outputs["EventBusName"],
        "Source": "slipway.operator",
        "DetailType": "Release Command",
        "Detail": json.dumps({**detail, "reason": "a proof"}),
    }
    world.sandbox.client("events").put_events(Entries=[entry])


def _outcome(world: World, *allowed: str) -> list[str]:
    """Look at the newest drop's one terminal record; a drop refused at once leaves no release."""
    drops = ledger.read(world.sandbox).drops
    if len(drops) != world.drops:
        return [f"{world.drops} drops, but {len(drops)} in the ledger"]
    newest = max(drops, key=lambda drop: str(drop["drop"]["sequencer"]))
    outcome = str(newest.get("outcome"))
    return [] if outcome in allowed else [f"the drop ended as {outcome}"]


# A slice of these is proved with every run of the tests.
SLICED: list[Scenario] = [
    FirstRelease(),
    NextRelease(),
    GoodCanary(),
    BadCanary(),
    Night(),
    Look(),
]
SCENARIOS: list[Scenario] = [
    *SLICED,
    Settings(),
    LateTruth(),
    LateCanary(),
    RefusedCanary(),
    AbortedCanary(),
    Approved(),
    Reverted(),
    Linear(),
    Managed(),
]
