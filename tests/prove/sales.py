"""Users who come all at once, as settings tell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.prove.acts import check, holding, limits, serve, told
from tests.prove.claims import FEW, PLENTY, SHIFT, TYPE, claims, come_to_rest, instances, is_usual
from tests.prove.parts import spec_of

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.proving import World
    from sandbox.proving.ledger import Item

_FEWER, _LONG = 4.0, 24 * 3600.0
_MINUTE, _AHEAD, _SALE = timedelta(minutes=1), timedelta(minutes=40), timedelta(minutes=20)
# For so long the limits follow the demand down, and for two hours at most.
_FALL, _LONGEST_FALL = timedelta(minutes=45), 2.1 * 3600.0


class KnownEvent:
    """A crowd that settings tell of: instances serve when it begins, and go afterwards."""

    name = "known event"
    family = "events"
    workflows = frozenset({"reconcile"})
    floor, most = 4, 8

    def __init__(self) -> None:
        self.begin: datetime | None = None
        self.had = 0

    def prepare(self, world: World) -> None:
        world.sandbox.account.quotas.set_limit(TYPE, PLENTY)
        serve(world, SHIFT + self._scaling(""))
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
        world.spec(spec_of(SHIFT + self._scaling(event)))

    def conclude(self, world: World) -> None:
        world.finish()
        assert self.begin is not None, "nothing has begun"
        self._until(world, self.begin + _MINUTE)
        self.had = self.had or instances(world)
        self._until(world, self.begin + _SALE + _FALL)
        world.finish()
        come_to_rest(world)

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        problems = holding(world)
        if self.had < self.floor and not self._admitted(world):
            problems.append(f"the event began with {self.had} instances, and nobody was told")
        if not is_usual(world):
            world.sandbox.advance(_LONGEST_FALL)
            check(world)
        if not is_usual(world):
            problems.append(f"claimed {claims(world)}, scales between {limits(world)}")
        return problems

    def _scaling(self, event: str) -> str:
        return f"scaling: {{target: 600, min: {FEW}, max: {self.most}, events: [{event}]}}\n"

    def _until(self, world: World, moment: datetime) -> None:
        left = (moment - world.sandbox.kernel.now()).total_seconds()
        world.sandbox.advance(max(left, 0.0))

    def _admitted(self, world: World) -> bool:
        return any(told(world, kind) for kind in ("Event Short", "Settings Refused"))
