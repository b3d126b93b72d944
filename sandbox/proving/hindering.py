"""Changes of the endpoint that SageMaker accepts and cannot carry out, or not in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.hosting import Trouble
from sandbox.proving.attempt import TIMES, Attempt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.proving.world import World

# What DescribeEndpoint says, and how many seconds later than a change that succeeds.
_SETBACKS: dict[str, tuple[str | None, float]] = {
    "no capacity": (
        "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity "
        "error. Please retry using a different ML instance type or after some time.",
        1500.0,
    ),
    "no answer to pings": (
        "The primary container for production variant model did not pass the ping health check. "
        "Please check CloudWatch logs for this endpoint.",
        600.0,
    ),
    "slow": (None, 3600.0),
}


class Change(NamedTuple):
    """The n-th change of the endpoint.

    Attributes
    ----------
    nth
        Counted from 0.
    """

    nth: int

    @property
    def what(self) -> str:
        """What is counted."""
        return "change"

    def __str__(self) -> str:
        return f"change #{self.nth + 1} of the endpoint"


class Setback(Attempt):
    """Changes that end badly in one way so many times."""

    def inject(self, world: World) -> None:
        """Let the change end badly."""
        reason, seconds = _SETBACKS[self.kind]
        times = TIMES[self.often]
        trouble = Trouble(world.endpoint, reason, seconds, times=times, skip=self.site.nth)
        world.sandbox.account.hosting.lifecycle.troubles.add(trouble)

    def met(self, world: World) -> bool:
        """Tell whether it did."""
        return world.sandbox.account.hosting.lifecycle.troubles.met > 0


def changes_of(seen: Iterable[str], endpoint: str) -> list[Change]:
    """Return the changes of an endpoint, in order."""
    return [Change(nth) for nth, _ in enumerate(each for each in seen if each == endpoint)]


def setbacks_of(changes: Iterable[Change]) -> list[Setback]:
    """Return every way in which these changes can end badly."""
    return [Setback(site, kind, often) for site in changes for kind in _SETBACKS for often in TIMES]
