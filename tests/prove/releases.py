"""Releases that come to a good end when nothing fails."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.proving import ledger
from tests.prove.acts import command, once, outcome, release_first
from tests.prove.parts import CODE, SMOKE, spec_of

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

CANARY = "release: {strategy: canary, steps: [25, 100], bake: 5m, keep_previous: 20m}\n"
KEPT = 20 * 60.0
_LONG = 72 * 3600.0
_BEFORE = 600.0
_AGAIN = 120.0


class FirstRelease:
    """An endpoint's first model."""

    name = "first release"
    family = "first releases"
    workflows = frozenset({"release", "reconcile"})

    def prepare(self, world: World) -> None:
        world.spec(spec_of())

    def act(self, world: World) -> None:
        world.drop("1", CODE, smoke=SMOKE)

    def conclude(self, world: World) -> None:
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        return outcome(world, "succeeded", "failed")


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
    family = "releases"
    workflows = frozenset({"release", "settle"})
    spec = "release: {strategy: all-at-once, bake: 5m, keep_previous: 20m}\n"
    per_second = 20.0
    lossless = True

    def prepare(self, world: World) -> None:
        world.spec(spec_of(self.spec))
        release_first(world, smoke=None)
        world.sandbox.account.hosting.traffic(world.endpoint, self.per_second, _LONG)
        # Where all of the traffic leaves what serves, minutes from before are compared.
        world.sandbox.advance(_BEFORE)

    def act(self, world: World) -> None:
        world.drop("2", CODE, smoke=SMOKE)

    def conclude(self, world: World) -> None:
        world.finish()
        # What served before stands by for a while; then the settling takes it away.
        if any(each.get("settling") for each in ledger.read(world.sandbox).endpoints.values()):
            world.sandbox.advance(KEPT)
            world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        count = world.sandbox.account.hosting.traffic_log.total(world.endpoint)
        problems = outcome(world, "succeeded", "failed", "rolled-back")
        if count.failed and self.lossless:
            problems.append(f"{count.failed} of {count.requests} user requests failed")
        if not count.requests:
            problems.append("no user asked")
        return problems


class GoodCanary(NextRelease):
    """A canary that is promoted, and then settled."""

    name = "canary, promoted and settled"
    spec = CANARY


class Approved(NextRelease):
    """A canary whose every step a person lets go on, and says so again where nothing follows."""

    name = "canary, approved"
    spec = CANARY.replace("canary, ", "canary, approve: true, ")

    def act(self, world: World) -> None:
        approve = partial(command, world, "approve")
        once(world, lambda newest: newest.get("gate"), approve, again=_AGAIN)
        super().act(world)


class Linear(NextRelease):
    """A version that takes over in equal steps."""

    name = "linear, promoted and settled"
    spec = CANARY.replace("canary", "linear").replace("[25, 100]", "[50, 100]")


class Managed(NextRelease):
    """A version that SageMaker's own guardrails bring in."""

    name = "managed, promoted"
    # SageMaker itself takes the previous fleet away.
    workflows = frozenset({"release"})
    spec = "release: {strategy: managed, steps: [50, 100], bake: 5m, keep_previous: 20m}\n"
