"""All the cases of a scenario, or a seeded few of them. Pure."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, TypeVar

from sandbox.proving.attempt import TIMES, Attempt
from sandbox.proving.kinds import KINDS, fault_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandbox.gateway import Fault
    from sandbox.proving.calls import CallSite
    from sandbox.proving.world import World

T = TypeVar("T", bound=Attempt)


class Case(Attempt):
    """One call that fails in one way so many times."""

    @property
    def fault(self) -> Fault:
        """What to inject."""
        found = fault_of(self.site, self.kind, TIMES[self.often])
        assert found is not None, f"{self} cannot happen"
        return found

    @property
    def traits(self) -> list[object]:
        """What a sample should have much of."""
        site = self.site
        return [self.kind, self.often, (site.role, site.operation), site.service]

    def inject(self, world: World) -> None:
        """Let the call fail."""
        world.sandbox.account.gateway.faults.add(self.fault)

    def met(self, world: World) -> bool:
        """Tell whether it did."""
        return world.sandbox.account.gateway.faults.met > 0


def cases_of(sites: Iterable[CallSite]) -> list[Case]:
    """Return every case that can happen to these calls."""
    return [
        Case(site, kind, often)
        for site in sites
        for kind in KINDS
        for often in TIMES
        if fault_of(site, kind, 1) is not None
    ]


def sample(cases: Sequence[T], size: int, seed: int) -> list[T]:
    """Return some of the cases: what has come least comes next, be it a call or a way to fail.

    The order is that of the scenario.
    """
    left = list(enumerate(cases))
    Random(seed).shuffle(left)
    seen: Counter[object] = Counter()
    chosen: list[tuple[int, T]] = []
    while left and len(chosen) < size:
        best = min(left, key=lambda each: sum(seen[trait] for trait in each[1].traits))
        left.remove(best)
        chosen.append(best)
        seen.update(best[1].traits)
    return [case for _, case in sorted(chosen, key=lambda each: each[0])]
