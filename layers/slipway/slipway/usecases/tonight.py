"""Whether it is the time to sleep, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from slipway.domain.capacity.ahead import next_ahead
from slipway.domain.capacity.calendar import SleepCalendar
from slipway.domain.capacity.rest import too_short
from slipway.usecases.bedtime import Begun

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease
    from slipway.ports import ReleaseBook
    from slipway.usecases.bedtime import Bedtime


def tonight(asked: Bedtime, record: EndpointRecord, ledger: ReleaseBook, now: datetime) -> Begun:
    """Tell whether the endpoint is to sleep, as far as calendar and known events say.

    An event within the night ends it, and one that begins too soon holds the endpoint awake.
    """
    begun = _night(asked, record, ledger, now)
    if begun.verdict != "sleep" or record.asleep:
        return begun
    return _until_event(_long_enough(begun, record, now), record, now)


def _night(asked: Bedtime, record: EndpointRecord, ledger: ReleaseBook, now: datetime) -> Begun:
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
        return _scheduled(datetime.fromisoformat(asked.due), calendar, live)
    wake = calendar.next_wake(now) if calendar else None
    until = asked.until or (wake.isoformat() if wake else "")
    return Begun("sleep", "Somebody sends it to sleep", live.release, until)


def _scheduled(due: datetime, calendar: SleepCalendar | None, live: LiveRelease) -> Begun:
    if calendar is None:
        return Begun("nothing", "Its settings no longer let it sleep", live.release)
    if not calendar.sleeps(due):
        return Begun("nothing", "Its settings leave this day out", live.release)
    wake = calendar.next_wake(due)
    return Begun("sleep", "It is due to sleep", live.release, wake.isoformat() if wake else "")


def _calendar(live: LiveRelease, ledger: ReleaseBook) -> SleepCalendar | None:
    policy = ledger.read_release(live.drop.endpoint, live.release).policy
    return SleepCalendar.from_dict(policy["sleep"]) if policy.get("sleep") else None


def _long_enough(begun: Begun, record: EndpointRecord, now: datetime) -> Begun:
    """Leave a night out that is over, or that would be over before the endpoint has slept."""
    if not begun.until:
        return begun
    night = datetime.fromisoformat(begun.until) - now
    if night <= timedelta():
        return replace(begun, verdict="nothing", reason=f"The night was over at {begun.until}")
    if too_short(night, record.provisioning):
        words = f"It would have to wake at {begun.until}, before it has slept"
        return replace(begun, verdict="nothing", reason=words)
    return begun


def _until_event(begun: Begun, record: EndpointRecord, now: datetime) -> Begun:
    event = next_ahead(record.ahead, record.provisioning, now, begun.until)
    if event is None or begun.verdict != "sleep":
        return begun
    wake = event.wakes_at(record.provisioning)
    if too_short(wake - now, record.provisioning):
        words = f"{event.name} lasts from {event.begin} to {event.until}"
        return replace(begun, verdict="held", reason=words)
    return replace(begun, until=wake.isoformat(), event=event.name)
