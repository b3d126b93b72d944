"""All the cases of a scenario, or a seeded few of them. Pure."""

from __future__ import annotations

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
    """Return some of the cases: of every kind and every operation before a second of any.

    The order is that of the scenario.
    """
    shuffled = list(cases)
    Random(seed).shuffle(shuffled)
    kinds: dict[str, int] = {}
    operations: dict[tuple[str, str], int] = {}
    chosen: list[Case] = []
    while shuffled and len(chosen) < size:
        best = min(
            shuffled,
            key=lambda case: (
                operations.get((case.site.role, case.site.operation), 0),
                kinds.get(case.kind + case.often, 0),
            ),
        )
        shuffled.remove(best)
        chosen.append(best)
        place = (best.site.role, best.site.operation)
        operations[place] = operations.get(place, 0) + 1
        kinds[best.kind + best.often] = kinds.get(best.kind + best.often, 0) + 1
    order = {case: number for number, case in enumerate(cases)}
    return sorted(chosen, key=order.__getitem__)
