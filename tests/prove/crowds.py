"""Users who come all at once, and nobody knew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.prove.acts import check, holding, limits, serve
from tests.prove.claims import FEW, PLENTY, SHIFT, TYPE, claims, come_to_rest, is_usual

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

# An instance is meant to have 10 requests a second.
_SCALING = "scaling: {metric: invocations, target: 600, min: 2, max: 8, burst: {hold: 5m}}\n"
_USUAL, _SURGE = 12.0, 60.0
_LONG, _SURGES = 24 * 3600.0, 900.0
_BEFORE, _NOTICED, _HOUR = 600.0, 300.0, 3600.0


class FlashCrowd:
    """A crowd that nobody knew of: instances are claimed, held, and handed back.

    However often a call fails, in the end nothing is claimed and the usual limits hold; what failed
    for good is put right by the next look at the endpoint.
    """

    name = "flash crowd"
    family = "capacity"
    workflows = frozenset({"remediate", "burst"})
    hosting = ""
    surges = _SURGES

    def prepare(self, world: World) -> None:
        world.sandbox.account.quotas.set_limit(TYPE, PLENTY)
        serve(world, SHIFT + _SCALING, self.hosting)
        world.sandbox.account.hosting.traffic(world.endpoint, _USUAL, _LONG)
        world.sandbox.advance(_BEFORE)

    def act(self, world: World) -> None:
        world.sandbox.account.hosting.traffic(world.endpoint, _SURGE, self.surges)

    def conclude(self, world: World) -> None:
        world.sandbox.advance(_NOTICED)
        world.finish()
        come_to_rest(world)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        if not is_usual(world):
            # A claim that nobody hands back ends by itself.
            world.sandbox.advance(_HOUR)
            check(world)
            come_to_rest(world)
        problems = holding(world)
        if not is_usual(world):
            problems.append(f"claimed {claims(world)}, scales between {limits(world)}")
        return problems


class RefusedCrowd(FlashCrowd):
    """A crowd for which there are no instances, but of another type."""

    name = "flash crowd, on another type"
    workflows = frozenset({"remediate", "burst", "release"})
    hosting = ", fallback_instance_types: [ml.m5.xlarge]"
    surges = 2 * _HOUR

    def act(self, world: World) -> None:
        world.sandbox.account.quotas.set_limit(TYPE, FEW)
        super().act(world)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = super().judge(world, releases)
        world.sandbox.account.quotas.set_limit(TYPE, PLENTY)
        return problems
