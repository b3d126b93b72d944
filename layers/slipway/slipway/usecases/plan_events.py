"""Known events as schedules, made anew whenever the settings may have changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.ahead import Ahead
from slipway.domain.capacity.claims import EVENT_PREFIX, drop, of_source, put
from slipway.domain.capacity.events import SOON, Announced, moments, name_of
from slipway.domain.naming import schedule_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.domain.capacity.events import Moments
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.spec.scaling import KnownEvent
    from slipway.ports import Clock, EndpointBook, Schedules

PHASES = ("claim", "end", "gone", "look")
_DIGEST = 8
# A first look that fails is repeated within minutes.
_UNTIL_CLAIMED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PlannedEvents:
    """What became of the settings' events.

    Parameters
    ----------
    names : tuple of str
        The events that have schedules.
    dropped : bool
        Whether a claim went with an event: the limits of scaling are to be written again.
    """

    names: tuple[str, ...]
    dropped: bool


def event_schedule(endpoint: str, event: str, phase: str) -> str:
    """Return the name of a schedule of an event, which may be called what no schedule may."""
    import hashlib

    digest = hashlib.sha256(event.encode()).hexdigest()[:_DIGEST]
    return schedule_name(endpoint, f"event-{digest}-{phase}")


def event_call(endpoint: str, event: Announced, function: str) -> dict[str, Any]:
    """Return what the function that holds events is called with."""
    return {"endpoint": endpoint, "event": event.as_dict(), "function": function}


def plan_events(  # noqa: PLR0913 - the ports
    endpoint: str,
    events: Iterable[KnownEvent],
    *,
    ledger: EndpointBook,
    schedules: Schedules,
    function: str,
    clock: Clock,
) -> PlannedEvents:
    """Make the schedules of all events to come, and take away those of events that are no more.

    What is over is ignored, except that the fleet still shrinks after it. May be repeated: the
    item is written between removing and making, so nothing that has a schedule is forgotten.

    Parameters
    ----------
    function : str
        ARN of the function that holds events.
    """
    now = clock.now()
    record = ledger.read_endpoint(endpoint)
    wanted = [Announced.of(each) for each in events]
    coming = {
        each: at for each in wanted if (at := moments(each, record.provisioning, now)) is not None
    }
    falling = [each for each in wanted if _falls(each, record, now)]
    planned = tuple(each.fingerprint for each in (*coming, *falling))
    names = {each.name for each in (*coming, *falling)}
    for name in {name_of(each) for each in record.events} - names:
        for phase in PHASES:
            schedules.remove(event_schedule(endpoint, name, phase))
    ahead = tuple(Ahead(each.name, each.begin, each.until) for each in coming)
    claims = _kept(record, planned, coming, now)
    written = replace(record, events=planned, claims=claims, ahead=ahead)
    if written != record:
        ledger.write_endpoint(written)
    for event, at in coming.items():
        _schedule(endpoint, event, at, schedules, function)
    return PlannedEvents(tuple(sorted(names)), dropped=written.claims != record.claims)


def _falls(event: Announced, record: EndpointRecord, now: datetime) -> bool:
    return event.ends <= now < event.gone and event.fingerprint in record.events


def _kept(
    record: EndpointRecord,
    planned: Iterable[str],
    coming: Mapping[Announced, Moments],
    now: datetime,
) -> Claims:
    """Return the claims as the settings have them now.

    What was edited and goes on keeps its instances until its first look claims anew; what was moved
    or taken out does not.
    """
    soon = {each.name: at.claim for each, at in coming.items() if at.claim <= now + SOON}
    claims = record.claims
    for name in {name_of(each) for each in set(record.events) - set(planned)}:
        found = of_source(claims, EVENT_PREFIX + name)
        if found and name in soon:
            until = (soon[name] + _UNTIL_CLAIMED).isoformat()
            claims = put(claims, replace(found, until=until))
        else:
            claims = drop(claims, EVENT_PREFIX + name)
    return claims


def _schedule(
    endpoint: str, event: Announced, at: Moments, schedules: Schedules, function: str
) -> None:
    call = event_call(endpoint, event, function)
    for phase, moment in zip(PHASES, at, strict=False):
        schedules.once(event_schedule(endpoint, event.name, phase), function, call, at=moment)
