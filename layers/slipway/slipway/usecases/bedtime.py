"""What the workflow that sends to sleep is asked, and what it is answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from slipway.ports import EndpointBook, ReleaseBook
from slipway.usecases.reference import machine_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class RestBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that sleep and waking touch."""


@dataclass(frozen=True, slots=True)
class Bedtime:
    """What the `rest` workflow was started with.

    Parameters
    ----------
    owner : str
        Who holds the lease.
    due : str
        When the schedule was due, ISO 8601; empty if a person asks.
    until : str
        When a person wants it to wake; empty for the next time in its calendar.
    machine : str
        ARN of the `rest` workflow; empty where the owner is one of its executions.
    """

    owner: str
    endpoint: str
    due: str = ""
    until: str = ""
    machine: str = ""

    @property
    def borrows(self) -> bool:
        """Whether the owner is a release, which lends its lease."""
        return bool(self.machine) and machine_of(self.owner) != self.machine

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read a state's payload."""
        more = {name: event.get(name) or "" for name in ("due", "until", "machine")}
        return cls(event["execution"], event["endpoint"], **more)


@dataclass(frozen=True, slots=True)
class Begun:
    """Whether the endpoint goes to sleep.

    Parameters
    ----------
    verdict : {"sleep", "settle", "held", "nothing"}
        `settle`: what stands by has to go first. `held`: the workflow asks again later.
    release : str
        The live release.
    until : str
        When it is due to wake, ISO 8601 in UTC; empty if somebody has to wake it.
    event : str
        The known event that it has to wake for; empty if it sleeps as long as the night is.
    holds : bool
        Whether this execution holds the lease; what does not go to sleep gives it back.
    wait : int
        After how many seconds it is this endpoint's turn.
    """

    verdict: Literal["sleep", "settle", "held", "nothing"]
    reason: str
    release: str = ""
    until: str = ""
    event: str = ""
    holds: bool = False
    wait: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return asdict(self)
