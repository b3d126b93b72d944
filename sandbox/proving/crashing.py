"""Functions that die at some invocation, or time out with everything done but the answer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast, get_args

from sandbox.functions.mishaps import Mishap, MishapKind
from sandbox.proving.attempt import TIMES, Attempt, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandbox.functions.runner import Invocation
    from sandbox.proving.world import World

# Lambda tries events again after a minute, and after two more.
RETRIED = 400.0


class Invoked(NamedTuple):
    """The n-th invocation of a function.

    Attributes
    ----------
    function
        Its name without what CloudFormation adds to it.
    nth
        Counted from 0.
    calls
        How many calls of AWS it makes.
    """

    function: str
    nth: int
    calls: int

    @property
    def what(self) -> str:
        """What is counted."""
        return self.function

    def __str__(self) -> str:
        return f"{self.function} #{self.nth + 1}"


class Crash(Attempt):
    """A function that comes to grief in one way so many times."""

    lingers: ClassVar[float] = RETRIED

    def inject(self, world: World) -> None:
        """Let the function come to grief."""
        half = max((self.site.calls + 1) // 2, 1)
        kind = cast("MishapKind", self.kind)
        times = TIMES[self.often]
        mishap = Mishap(f"{self.site.function}-", kind, self.site.nth, times, after_calls=half)
        world.sandbox.account.functions.runner.mishaps.add(mishap)

    def met(self, world: World) -> bool:
        """Tell whether it did."""
        return world.sandbox.account.functions.runner.mishaps.met > 0


def failures_of(history: Sequence[Invocation]) -> Counter[str]:
    """Return how often each function failed, by its name without what CloudFormation adds."""
    failed = (each.name for each in history if each.bill.status != "success")
    return Counter(name.rpartition("-")[0] for name in failed)


def invocations_of(history: Sequence[Invocation]) -> list[Invoked]:
    """Return the invocations of functions, in order."""
    places = numbered(each.name.rpartition("-")[0] for each in history)
    return [Invoked(*place, each.calls) for place, each in zip(places, history, strict=True)]


def crashes_of(invoked: Iterable[Invoked]) -> list[Crash]:
    """Return every way in which these invocations can come to grief."""
    return [
        Crash(site, kind, often)
        for site in invoked
        for kind in get_args(MishapKind)
        for often in TIMES
        if kind != "dies half-way" or (site.calls and often == "once")
    ]
