"""Take the lease of an endpoint that has to wake."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.domain.capacity.rest import AGAIN
from slipway.domain.lease import Lease
from slipway.ports import EndpointBook, TurnBook
from slipway.usecases.hold_rest import taken
from slipway.usecases.take_turn import take_turn

if TYPE_CHECKING:
    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Clock, Executions
    from slipway.usecases.bedtime import Bedtime


class BeginningBook(EndpointBook, TurnBook, Protocol):
    """The parts of the ledger that the begin of waking touches."""


@dataclass(frozen=True, slots=True)
class Waking:
    """Whether this execution wakes the endpoint.

    Parameters
    ----------
    verdict : {"wake", "nothing", "busy"}
        `busy` while another execution changes the endpoint, such as one that sends it to sleep.
    release : str
        The live release.
    wait : int
        After how many seconds it is this endpoint's turn.
    """

    verdict: Literal["wake", "nothing", "busy"]
    reason: str
    release: str = ""
    wait: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return asdict(self)


def begin_wake(
    asked: Bedtime, *, ledger: BeginningBook, executions: Executions, clock: Clock
) -> Waking:
    """Hold the lease and write that the endpoint wakes.

    A schedule fires at least once: an endpoint that is awake has nothing to do.
    """
    now = clock.now()
    record = ledger.read_endpoint(asked.endpoint)
    asleep, live = record.asleep, record.live
    if asleep is None or live is None:
        return Waking("nothing", "The endpoint does not sleep")
    if asked.due and _sleeps_on(asleep, now):
        return Waking("nothing", f"Somebody sent it to sleep until {asleep.until}", live.release)
    other = taken(record, asked.owner, executions, now)
    if other:
        return Waking("busy", f"{other} changes the endpoint", live.release)
    if record.lease is None and asked.borrows and not executions.runs(asked.owner):
        # It would not give back what is taken in its name.
        return Waking("nothing", f"{asked.owner}, which wanted it awake, is over", live.release)
    wait = take_turn("wake", ledger=ledger, now=now)
    begins = now + timedelta(seconds=wait)
    ledger.write_endpoint(_waking(record, asleep, asked.owner, live.release, begins))
    return Waking("wake", f"The endpoint is {asleep.words}", live.release, wait)


def _sleeps_on(asleep: Asleep, now: datetime) -> bool:
    """Tell whether a person wants it to sleep beyond its own calendar."""
    if not asleep.by_hand or not asleep.until:
        return False
    return datetime.fromisoformat(asleep.until) > now + AGAIN


def _waking(
    record: EndpointRecord, asleep: Asleep, owner: str, release: str, now: datetime
) -> EndpointRecord:
    at = now.isoformat()
    lease = record.lease if record.lease and record.lease.owner == owner else None
    woken = replace(asleep, phase="waking", woken=at)
    return replace(record, asleep=woken, lease=lease or Lease(owner, release, since=at))
