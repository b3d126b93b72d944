"""All the cases of a scenario, or a seeded few of them. Pure."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from sandbox.proving.kinds import KINDS, fault_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandbox.gateway import Fault
    from sandbox.proving.calls import CallSite

_FIRST = 2
TIMES = {"once": 1, "twice": 2, "for ever": None}


class Case(NamedTuple):
    """One call that fails in one way so many times."""

    site: CallSite
    kind: str
    often: str

    @property
    def fault(self) -> Fault:
        """What to inject."""
        found = fault_of(self.site, self.kind, TIMES[self.often])
        assert found is not None, f"{self} cannot happen"
        return found

    def earlier(self) -> Case | None:
        """Return the same with half as many calls before it; None where it is early already.

        How often a loop asks whether an endpoint is ready depends on how long that one takes.
        """
        if self.site.nth < _FIRST:
            return None
        return self._replace(site=self.site._replace(nth=self.site.nth // 2))

    def __str__(self) -> str:
        return f"{self.site} {self.kind} {self.often}"


def distinct(sites: Sequence[CallSite]) -> list[CallSite]:
    """Return the first, the second and the last call of each operation by each role.

    What lies between are the same states again: a loop over alarms, each minute of a bake.
    """
    last: dict[tuple[str, str, str], int] = {}
    for site in sites:
        last[site[:3]] = site.nth
    return [site for site in sites if site.nth < _FIRST or site.nth == last[site[:3]]]


def cases_of(sites: Iterable[CallSite]) -> list[Case]:
    """Return every case that can happen to these calls."""
    return [
        Case(site, kind, often)
        for site in sites
        for kind in KINDS
        for often in TIMES
        if fault_of(site, kind, 1) is not None
    ]


def sample(cases: Sequence[Case], size: int, seed: int) -> list[Case]:
    """Return some of the cases: what has come least comes next, be it a call or a way to fail.

    The order is that of the scenario.
    """
    left = list(cases)
    Random(seed).shuffle(left)
    seen: Counter[object] = Counter()
    chosen: list[Case] = []
    while left and len(chosen) < size:
        best = min(left, key=lambda case: sum(seen[trait] for trait in _traits(case)))
        left.remove(best)
        chosen.append(best)
        seen.update(_traits(best))
    order = {case: number for number, case in enumerate(cases)}
    return sorted(chosen, key=order.__getitem__)


def _traits(case: Case) -> list[object]:
    return [case.kind, case.often, (case.site.role, case.site.operation), case.site.service]
