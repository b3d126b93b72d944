"""May the endpoint sleep now? If so, nobody else changes it from here on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from slipway.domain.capacity.calendar import SleepCalendar
from slipway.domain.capacity.rest import AGAIN, obstacle, too_short
from slipway.domain.lease import Lease
from slipway.ports import News
from slipway.usecases.bedtime import Bedtime, Begun, RestBook
from slipway.usecases.hold_rest import taken
from slipway.usecases.take_turn import take_turn

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease
    from slipway.ports import (
        Announcer,
        Clock,
        EndpointBook,
        EndpointMirror,
        Executions,
        ReleaseBook,
    )


def begin_sleep(  # noqa: PLR0913 - the ports
    asked: Bedtime,
    *,
    ledger: RestBook,
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
    begun = _long_enough(replace(_night(asked, record, ledger, now), holds=holds), record, now)
    if begun.verdict != "sleep":
        return _stay_awake(record, begun, ledger)
    problem = _problem(asked, record, mirror, executions, now)
    if problem:
        return _held(record, replace(begun, reason=problem), ledger, announcer, now)
    lease = record.lease or Lease("", "", "")
    if lease.owner != asked.owner:
        lease = Lease(asked.owner, begun.release, since=now.isoformat())
    ledger.write_endpoint(replace(record, lease=lease, kept_awake=""))
    if record.settling:
        return replace(begun, verdict="settle", holds=True)
    return replace(begun, holds=True, wait=take_turn("sleep", ledger=ledger, now=now))


def _night(asked: Bedtime, record: EndpointRecord, ledger: RestBook, now: datetime) -> Begun:
    """Tell whether it is the time to sleep, and until when."""
    live, asleep = record.live, record.asleep
    if live is None:
        return Begun("nothing", "Nothing is live on the endpoint")
    if asleep:
        # An execution that ended while the endpoint fell asleep left the rest to the next one.
        goes_on = asleep.phase == "falling"
        verdict: Literal["sleep", "nothing"] = "sleep" if goes_on else "nothing"
        return Begun(verdict, f"It is {asleep.words}", live.release, asleep.until)
    calendar = _calendar(live, ledger)
    if asked.due:
        return _scheduled(datetime.fromisoformat(asked.due), calendar, live, now)
    wake = calendar.next_wake(now) if calendar else None
    until = asked.until or (wake.isoformat() if wake else "")
    return Begun("sleep", "Somebody sends it to sleep", live.release, until)


def _scheduled(
    due: datetime, calendar: SleepCalendar | None, live: LiveRelease, now: datetime
) -> Begun:
    if calendar is None:
        return Begun("nothing", "Its settings no longer let it sleep", live.release)
    if not calendar.sleeps(due):
        return Begun("nothing", "Its settings leave this day out", live.release)
    wake = calendar.next_wake(due)
    return Begun("sleep", "It is due to sleep", live.release, wake.isoformat() if wake else "")


def _long_enough(begun: Begun, record: EndpointRecord, now: datetime) -> Begun:
    """Leave a night out that is over, or that would be over before the endpoint has slept."""
    if begun.verdict != "sleep" or record.asleep or not begun.until:
        return begun
    night = datetime.fromisoformat(begun.until) - now
    if night <= timedelta():
        return replace(begun, verdict="nothing", reason=f"The night was over at {begun.until}")
    if too_short(night, record.provisioning):
        words = f"It would have to wake at {begun.until}, before it has slept"
        return replace(begun, verdict="nothing", reason=words)
    return begun


def _calendar(live: LiveRelease, ledger: ReleaseBook) -> SleepCalendar | None:
    policy = ledger.read_release(live.drop.endpoint, live.release).policy
    return SleepCalendar.from_dict(policy["sleep"]) if policy.get("sleep") else None


def _problem(
    asked: Bedtime,
    record: EndpointRecord,
    mirror: EndpointMirror,
    executions: Executions,
    now: datetime,
) -> str:
    other = taken(record, asked.owner, executions, now)
    if other:
        return f"{other} changes it"
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
