"""Settings that change without a new model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.prove.acts import check, holding, limits, serve
from tests.prove.parts import spec_of

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
    family = "settings"
    workflows = frozenset({"reconcile"})

    def prepare(self, world: World) -> None:
        serve(world)

    def act(self, world: World) -> None:
        world.spec(spec_of(f"scaling: {{target: 600, min: 2, max: {_MOST}}}\n"))

    def conclude(self, world: World) -> None:
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = holding(world)
        if limits(world)[1] != _MOST:
            # What failed for ever is over by now; the next day begins.
            check(world)
        if limits(world)[1] != _MOST:
            problems.append(f"scaling goes up to {limits(world)[1]} instead of {_MOST}")
        return problems
