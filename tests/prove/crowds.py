"""Users who come all at once, as nobody knew and as everybody did."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.proving import ledger
from tests.prove.acts import check, holding, limits, serve, told
from tests.prove.parts import spec_of

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.proving import World
    from sandbox.proving.ledger import Item

# An instance is meant to have 10 requests a second.
_SCALING = "scaling: {metric: invocations, target: 600, min: 2, max: 8, burst: {hold: 5m}}\n"
_SHIFT = "release: {strategy: all-at-once, bake: 5m, replay: 0, inconclusive: promote}\n"
_USUAL, _FEWER, _SURGE = 12.0, 4.0, 60.0
_LONG, _SURGES = 24 * 3600.0, 900.0
_BEFORE, _NOTICED, _HOUR = 600.0, 300.0, 3600.0
_FEW, _PLENTY = 2, 80
_TYPE = "ml.m5.large"
_MINUTE, _AHEAD, _SALE = timedelta(minutes=1), timedelta(minutes=40), timedelta(minutes=20)
# For so long the limits follow the demand down, and for two hours at most.
_FALL, _LONGEST_FALL = timedelta(minutes=45), 2.1 * 3600.0


class FlashCrowd:
    """A crowd that nobody knew of: instances are claimed, held, and handed back.

    However often a call fails, in the end nothing is claimed and the usual limits hold; what failed
    for good is put right by the next look at the endpoint.
    """

    name = "flash crowd"
    workflows = frozenset({"remediate", "burst"})
    hosting = ""
    surges = _SURGES

    def prepare(self, world: World) -> None:
        world.sandbox.account.quotas.set_limit(_TYPE, _PLENTY)
        serve(world, _SHIFT + _SCALING, self.hosting)
        world.sandbox.account.hosting.traffic(world.endpoint, _USUAL, _LONG)
        world.sandbox.advance(_BEFORE)

    def act(self, world: World) -> None:
        world.sandbox.account.hosting.traffic(world.endpoint, _SURGE, self.surges)

    def conclude(self, world: World) -> None:
        world.sandbox.advance(_NOTICED)
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        if not _is_usual(world):
            # A claim that nobody hands back ends by itself.
            world.sandbox.advance(_HOUR)
            check(world)
        problems = holding(world)
        if not _is_usual(world):
            problems.append(f"claimed {_claims(world)}, scales between {limits(world)}")
        return problems


class RefusedCrowd(FlashCrowd):
    """A crowd for which there are no instances, but of another type."""

    name = "flash crowd, on another type"
    workflows = frozenset({"remediate", "burst", "release"})
    hosting = ", fallback_instance_types: [ml.m5.xlarge]"
    surges = 2 * _HOUR

    def act(self, world: World) -> None:
        world.sandbox.account.quotas.set_limit(_TYPE, _FEW)
        super().act(world)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = super().judge(world, releases)
        world.sandbox.account.quotas.set_limit(_TYPE, _PLENTY)
        return problems


class KnownEvent:
    """A crowd that settings tell of: instances serve when it begins, and go afterwards."""

    name = "known event"
    workflows = frozenset({"reconcile"})
    floor, most = 4, 8

    def __init__(self) -> None:
        self.begin: datetime | None = None
        self.had = 0

    def prepare(self, world: World) -> None:
        world.sandbox.account.quotas.set_limit(_TYPE, _PLENTY)
        serve(world, _SHIFT + self._scaling(""))
        # The limits follow the demand down, and nobody's demand is unknown.
        world.sandbox.account.hosting.traffic(world.endpoint, _FEWER, _LONG)

    def act(self, world: World) -> None:
        # Schedules are due on whole minutes.
        begin = (world.sandbox.kernel.now() + timedelta(minutes=40)).replace(
            second=0, microsecond=0
        )
        self.begin, self.had = begin, 0
        when = (
            f"from: {begin:%Y-%m-%dT%H:%M}, until: {begin + timedelta(minutes=20):%Y-%m-%dT%H:%M}"
        )
        event = f"{{name: Sale, {when}, timezone: Etc/UTC, floor: {self.floor}}}"
        world.spec(spec_of(_SHIFT + self._scaling(event)))

    def conclude(self, world: World) -> None:
        world.finish()
        assert self.begin is not None, "nothing has begun"
        self._until(world, self.begin + _MINUTE)
        self.had = self.had or _instances(world)
        self._until(world, self.begin + _SALE + _FALL)
        world.finish()

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = holding(world)
        if self.had < self.floor and not self._admitted(world):
            problems.append(f"the event began with {self.had} instances, and nobody was told")
        if not _is_usual(world):
            world.sandbox.advance(_LONGEST_FALL)
            check(world)
        if not _is_usual(world):
            problems.append(f"claimed {_claims(world)}, scales between {limits(world)}")
        return problems

    def _scaling(self, event: str) -> str:
        return f"scaling: {{target: 600, min: {_FEW}, max: {self.most}, events: [{event}]}}\n"

    def _until(self, world: World, moment: datetime) -> None:
        left = (moment - world.sandbox.kernel.now()).total_seconds()
        world.sandbox.advance(max(left, 0.0))

    def _admitted(self, world: World) -> bool:
        return any(told(world, kind) for kind in ("Event Short", "Settings Refused"))


def _is_usual(world: World) -> bool:
    """Tell whether nothing is claimed, and the fewest are as few as ever."""
    return not _claims(world) and limits(world)[0] == _FEW


def _claims(world: World) -> list[Item]:
    item = ledger.read(world.sandbox).endpoints[world.endpoint]
    return [dict(each) for each in item.get("claims") or []]


def _instances(world: World) -> int:
    described = world.sandbox.client("sagemaker").describe_endpoint(EndpointName=world.endpoint)
    return sum(each["CurrentInstanceCount"] for each in described["ProductionVariants"])
