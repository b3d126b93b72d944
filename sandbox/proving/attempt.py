"""Something that goes wrong in a scenario, so many times from one of its places on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sandbox.proving.verdict import Verdict
    from sandbox.proving.world import World

TIMES = {"once": 1, "twice": 2, "for ever": None}
_FIRST = 2
T = TypeVar("T")


@dataclass(frozen=True)
class Attempt(ABC):
    """Something that goes wrong.

    Attributes
    ----------
    site
        Where it begins: a named tuple with `what`, and `nth`, which counts from 0.
    kind
        In which way.
    often
        How often in a row, one of `TIMES`.
    lingers
        For how many seconds after the scenario something of it may still come.
    anew
        Whether the scenario acts once more where Slipway went back because of it.
    """

    site: Any
    kind: str
    often: str

    lingers: ClassVar[float] = 0.0
    anew: ClassVar[bool] = False

    @property
    def stands_for(self) -> int:
        """How many combinations of a place and of what goes wrong there it proves."""
        return 1

    @property
    def traits(self) -> list[object]:
        """What a sample should have much of."""
        return [self.kind, self.often, self.site.what]

    @abstractmethod
    def inject(self, world: World) -> None:
        """Prepare for it to go wrong, before the scenario acts."""

    def strike(self, world: World) -> bool:
        """Let it go wrong now that the scenario acts; tell whether it did."""
        return False

    @abstractmethod
    def met(self, world: World) -> bool:
        """Tell in the end whether what was prepared did go wrong."""

    def mend(self, world: World) -> list[str]:
        """Put right what only a person may, once nothing goes wrong any more.

        Returns
        -------
        list of str
            What was wrong with how Slipway left it to that person.
        """
        return []

    def objections(self, verdict: Verdict, untouched: Verdict) -> list[str]:
        """Return what is wrong with a verdict that is no matter of the account or the ledger."""
        return []

    def apart(self) -> list[Attempt]:
        """Return what to try instead if it does not hold; none where it is a single case."""
        return []

    def earlier(self) -> Self | None:
        """Return the same with half as many before it; None where it is early already.

        How often a loop asks whether an endpoint is ready depends on how long that one takes.
        """
        nth: int = self.site.nth
        if nth < _FIRST:
            return None
        return replace(self, site=self.site._replace(nth=nth // 2))

    def __str__(self) -> str:
        return f"{self.site} {self.kind} {self.often}"


def numbered(whats: Iterable[T]) -> Iterator[tuple[T, int]]:
    """Yield what is counted, each with how many of it came before."""
    seen: Counter[T] = Counter()
    for what in whats:
        yield what, seen[what]
        seen[what] += 1


def distinct(sites: Sequence[T]) -> list[T]:
    """Return the first, the second and the last of what is counted.

    What lies between are the same states again: a loop over alarms, each minute of a bake.
    """
    return list(places(sites).values())


def places(sites: Sequence[Any]) -> dict[tuple[Any, str], Any]:
    """Return what is counted, as far as it is distinct, by what it is and which of them it is."""
    last = {site.what: site.nth for site in sites}
    names = {0: "first", 1: "second"}
    return {
        (site.what, names.get(site.nth, "last")): site
        for site in sites
        if site.nth in names or site.nth == last[site.what]
    }
