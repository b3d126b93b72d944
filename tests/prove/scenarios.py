"""What is proved: one class for each thing that Slipway does from beginning to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hosting import Behaviour
from sandbox.proving import ledger
from tests.prove.parts import CODE, SMOKE, spec_of
from tests.prove.rest import Night

if TYPE_CHECKING:
    from sandbox.proving import Scenario, World
    from sandbox.proving.ledger import Item

_LONG = 72 * 3600.0
_CANARY = "release: {strategy: canary, steps: [25, 100], bake: 5m, keep_previous: 20m}\n"
_KEPT = 20 * 60.0


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


class BadCanary(NextRelease):
    """A canary that errs under traffic, and is rolled back."""

    name = "canary, rolled back"
    spec = _CANARY
    lossless = False

    def act(self, world: World) -> None:
        bad = Behaviour(error_rate=0.2)
        world.sandbox.account.hosting.behave(f"{world.endpoint}-2-*", bad)
        world.drop("2", CODE)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = super().judge(world, releases)
        return [*problems, *_outcome(world, "failed", "rolled-back")]


def _outcome(world: World, *allowed: str) -> list[str]:
    """Look at the newest drop's one terminal record; a drop refused at once leaves no release."""
    drops = ledger.read(world.sandbox).drops
    if len(drops) != world.drops:
        return [f"{world.drops} drops, but {len(drops)} in the ledger"]
    newest = max(drops, key=lambda drop: str(drop["drop"]["version"]))
    outcome = str(newest.get("outcome"))
    return [] if outcome in allowed else [f"the drop ended as {outcome}"]


SCENARIOS: list[Scenario] = [FirstRelease(), NextRelease(), GoodCanary(), BadCanary(), Night()]
