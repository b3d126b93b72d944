"""Events that are delivered twice, late, or after those that follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast, get_args

from sandbox.events.misdelivery import Misdelivery, MisdeliveryKind
from sandbox.proving.attempt import TIMES, Attempt, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.proving.verdict import Verdict
    from sandbox.proving.world import World

_LATE = 600.0
_ENDPOINT = "{endpoint}"


class Delivery(NamedTuple):
    """The n-th delivery of a rule, a schedule or a subscription.

    Attributes
    ----------
    name
        As the courier names it, with `{endpoint}` for the case's own.
    nth
        Counted from 0.
    """

    name: str
    nth: int

    @property
    def what(self) -> str:
        """What is counted."""
        return self.name

    def __str__(self) -> str:
        return f"{self.name} #{self.nth + 1}"


class Astray(Attempt):
    """Deliveries that go astray in one way so many times."""

    lingers: ClassVar[float] = _LATE + 100.0

    def inject(self, world: World) -> None:
        """Let the delivery go astray."""
        name = self.site.name.replace(_ENDPOINT, world.endpoint)
        kind = cast("MisdeliveryKind", self.kind)
        found = Misdelivery(name, kind, _LATE, self.site.nth, TIMES[self.often])
        world.sandbox.account.bus.courier.misdeliveries.add(found)

    def met(self, world: World) -> bool:
        """Tell whether it did."""
        return world.sandbox.account.bus.courier.misdeliveries.met > 0

    def objections(self, verdict: Verdict, untouched: Verdict) -> list[str]:
        """Return whether what came twice changed the outcome; what comes late may."""
        return untouched.other_outcome(verdict) if self.kind.startswith("twice") else []


def deliveries_of(sent: Iterable[str], endpoint: str) -> list[Delivery]:
    """Return the deliveries of a case, in order."""
    names = (each.replace(endpoint, _ENDPOINT) for each in sent)
    return [Delivery(name, nth) for name, nth in numbered(names)]


def astray_of(deliveries: Iterable[Delivery]) -> list[Astray]:
    """Return every way in which these deliveries can go astray."""
    return [
        Astray(site, kind, often)
        for site in deliveries
        for kind in get_args(MisdeliveryKind)
        for often in TIMES
    ]
