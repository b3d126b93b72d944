"""Releases one upon the other, and what is left of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hosting import Trouble
from sandbox.proving import ledger
from tests.prove.acts import holding, outcome, serve
from tests.prove.parts import CODE, SMOKE
from tests.prove.releases import KEPT

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

_SHIFT = (
    "release: {strategy: all-at-once, bake: 5m, replay: 0, inconclusive: promote, "
    "keep_previous: 20m}\n"
)
_HOUR = 3700.0
_TRIES = 3
_LACKING = "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity"


class Stuck:
    """A previous variant that cannot be taken away when it is due; it is tried again."""

    name = "settling that fails at first"
    family = "settling"
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
            # What failed for ever is over by now; after three attempts the next drop settles it.
            world.drop("3", CODE)
            self.conclude(world)
        problems = holding(world)
        return [*problems, "it never settles"] if _settles(world) else problems


class Row:
    """Drops one upon the other: the newest is what comes to serve."""

    name = "drops in a row"
    family = "releases"
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
