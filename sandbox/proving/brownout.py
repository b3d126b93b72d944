"""Many calls that all fail at first, where the client of each tries again.

A call that fails once or twice, and that its client makes again until it is answered, differs for
the function from one that did not fail in nothing but time. So many of them can fail in one run: if
no function fails that does not without, each of them was made up for by its own client, and none
of the others saw it. What does not pass that test is taken apart, until each case is tried alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sandbox.proving.attempt import TIMES, Attempt
from sandbox.proving.calls import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.proving.cases import Case
    from sandbox.proving.verdict import Verdict
    from sandbox.proving.world import World

# Clients make a call five times in all; the third attempt is answered.
_OFTEN = ("once", "twice")
_KINDS = ("throttled", "server error", "never arrives", "reply lost")
# What was carried out already is answered again only where it is no change.
_READS = ("BatchGet", "Describe", "Filter", "Get", "Head", "List", "Query", "Scan")


class Calls(NamedTuple):
    """The cases that one run stands for."""

    cases: tuple[Case, ...]

    @property
    def what(self) -> tuple[tuple[str, str, str], ...]:
        """The calls, each of them once."""
        return tuple(dict.fromkeys(case.site.what for case in self.cases))

    def __str__(self) -> str:
        first, *more = (" ".join(call) for call in self.what)
        return f"{first} and {len(more)} calls more" if more else first


class Brownout(Attempt):
    """Calls that all fail in one way so many times, whenever they are made."""

    @property
    def stands_for(self) -> int:
        """How many cases it proves."""
        return len(self.site.cases)

    def inject(self, world: World) -> None:
        """Let the calls fail."""
        for fault in {case.site.what: case.fault for case in self.site.cases}.values():
            everywhere = replace(fault, skip=0, times=None, attempts=TIMES[self.often])
            world.sandbox.account.gateway.faults.add(everywhere)

    def met(self, world: World) -> bool:
        """Tell whether each of them did."""
        failed = {
            (role_of(record.principal), record.service, record.operation)
            for record in world.new_records
            if record.fault
        }
        return failed.issuperset(self.site.what)

    def objections(self, verdict: Verdict, untouched: Verdict) -> list[str]:
        """Return whether anything but the calls' own clients noticed."""
        more = verdict.failed - untouched.failed
        noticed = [f"functions failed: {dict(more)}"] if more else []
        return [*untouched.other_outcome(verdict), *noticed]

    def earlier(self) -> None:
        """There is no earlier place: it is everywhere."""

    def apart(self) -> list[Attempt]:
        """Return the same in two halves; where it is one call, its cases."""
        whats, cases = self.site.what, self.site.cases
        middle = len(whats) // 2
        if not middle:
            return list(cases)
        return [replace(self, site=self._of(half)) for half in (whats[:middle], whats[middle:])]

    def _of(self, whats: tuple[tuple[str, str, str], ...]) -> Calls:
        return Calls(tuple(case for case in self.site.cases if case.site.what in whats))


def is_made_up_for(case: Case) -> bool:
    """Tell whether the client that makes the call should make up for its failing so."""
    site = case.site
    if site.of_workflow or case.kind not in _KINDS or case.often not in _OFTEN:
        return False
    return case.kind != "reply lost" or site.operation.startswith(_READS)


def brownouts_of(cases: Iterable[Case]) -> list[Brownout]:
    """Return the runs that stand for those cases that clients should make up for."""
    together: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        if is_made_up_for(case):
            together.setdefault((case.kind, case.often), []).append(case)
    return [Brownout(Calls(tuple(alike)), *how) for how, alike in together.items()]
