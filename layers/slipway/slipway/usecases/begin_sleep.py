"""May the endpoint sleep now? If so, nobody else changes it from here on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from slipway.domain.capacity.rest import AGAIN, obstacle, too_short
from slipway.domain.lease import Lease
from slipway.ports import EndpointBook, News, ReleaseBook, TurnBook
from slipway.usecases.hold_rest import taken
from slipway.usecases.reference import machine_of
from slipway.usecases.take_turn import take_turn
from slipway.usecases.tonight import tonight

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Announcer, Clock, EndpointMirror, Executions
    from slipway.usecases.bedtime import Bedtime, Begun


class EveningBook(EndpointBook, ReleaseBook, TurnBook, Protocol):
    """The parts of the ledger that the begin of sleep touches."""


def begin_sleep(  # noqa: PLR0913 - the ports
    asked: Bedtime,
    *,
    ledger: EveningBook,
    mirror: EndpointMirror,
    executions: Executions,
    announcer: Announcer,
    clock: Clock,
) -> Begun:
    """Take the lease unless the night is over, left out, or something holds the endpoint awake.

    What holds it is written into the ledger, and told once a night. It may be asked again with the
    lease: settling first takes hours.
    """
    now = clock.now()
    record = ledger.read_endpoint(asked.endpoint)
    holds = record.lease is not None and record.lease.owner == asked.owner
    begun = replace(tonight(asked, record, ledger, now), holds=holds)
    if begun.verdict == "nothing":
        return _stay_awake(record, begun, ledger)
    other = taken(record, asked.owner, executions, now)
    if other and machine_of(other) == machine_of(asked.owner):
        # A schedule that fired twice: whoever came first says what has to be said.
        return replace(begun, verdict="held", reason=f"{other} looks after it")
    problem = _problem(record, begun, other, mirror, now)
    if problem:
        return _held(record, replace(begun, reason=problem), ledger, announcer, now)
    lease = record.lease or Lease("", "", "")
    if lease.owner != asked.owner:
        lease = Lease(asked.owner, begun.release, since=now.isoformat())
    ledger.write_endpoint(replace(record, lease=lease, kept_awake=""))
    if record.settling:
        return replace(begun, verdict="settle", holds=True)
    return replace(begun, holds=True, wait=take_turn("sleep", ledger=ledger, now=now))


def _problem(
    record: EndpointRecord, begun: Begun, other: str, mirror: EndpointMirror, now: datetime
) -> str:
    if other:
        return f"{other} changes it"
    if begun.verdict == "held":
        return begun.reason
    # What is half asleep is not held back any more.
    return "" if record.asleep else obstacle(record, mirror.tags(record.name), now)


def _held(
    record: EndpointRecord, begun: Begun, ledger: EndpointBook, announcer: Announcer, now: datetime
) -> Begun:
    """Say why, and whether to ask again: not if too little of the night is left by then."""
    later = datetime.fromisoformat(begun.until) - now - AGAIN if begun.until else timedelta.max
    if too_short(later, record.provisioning):
        over = replace(begun, verdict="nothing", reason=f"It stayed awake: {begun.reason}")
        return _stay_awake(record, over, ledger)
    if not record.kept_awake:
        announcer.announce(_news(record, begun))
    if record.kept_awake != begun.reason:
        ledger.write_endpoint(replace(record, kept_awake=begun.reason))
    return replace(begun, verdict="held")


def _stay_awake(record: EndpointRecord, begun: Begun, ledger: EndpointBook) -> Begun:
    if record.kept_awake:
        ledger.write_endpoint(replace(record, kept_awake=""))
    return begun


def _news(record: EndpointRecord, begun: Begun) -> News:
    live = record.live
    minutes = int(AGAIN.total_seconds() // 60)
    end = f" until it is due to wake at {begun.until}" if begun.until else ""
    return News(
        "Endpoint Kept Awake",
        record.name,
        f"{record.name} is due to sleep and stays awake: {begun.reason}. It is asked again every "
        f"{minutes} minutes{end}",
        release=live.release if live else "",
        version=live.drop.version if live else "",
        facts={"until": begun.until},
    )
