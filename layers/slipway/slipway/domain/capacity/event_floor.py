"""How many instances a known event wants: its floor, or so many times what is usual. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from slipway.domain.capacity.claims import Claim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.capacity.events import Announced

_WEEK = timedelta(days=7)
_HOUR = timedelta(hours=1)
_HOURS_A_DAY = 24


def usual_demand(hours: Mapping[datetime, float], event: Announced) -> float | None:
    """Return the usual requests a minute, in the busiest of an event's hours of the day.

    Parameters
    ----------
    hours : mapping of datetime to float
        Requests of whole hours of the week before, by their begin in UTC.

    Returns
    -------
    float or None
        None if nothing was measured at that time of day.
    """
    wanted = _hours_of_day(event)
    found: dict[int, list[float]] = {}
    for hour, requests in hours.items():
        if hour.hour in wanted:
            found.setdefault(hour.hour, []).append(requests)
    means = [sum(each) / len(each) for each in found.values()]
    return max(means) / 60 if means else None


def week_before(now: datetime) -> tuple[datetime, datetime]:
    """Return between which whole hours the usual demand is looked up."""
    end = now.replace(minute=0, second=0, microsecond=0)
    return end - _WEEK, end


def _hours_of_day(event: Announced) -> set[int]:
    hour, last = event.begins.replace(minute=0, second=0, microsecond=0), event.ends
    count = min(ceil((last - hour) / _HOUR), _HOURS_A_DAY)
    return {(hour + number * _HOUR).hour for number in range(max(count, 1))}


def wanted_instances(event: Announced, usual: float) -> int:
    """Return how many instances an event wants; the limits are not its affair.

    Parameters
    ----------
    usual : float
        Instances that the usual demand of that time of day needs, not rounded.
    """
    return max(1, event.floor or ceil(event.factor * usual))


def claim_for(event: Announced, usual: float, now: datetime) -> Claim:
    """Return the claim of an event that begins.

    Parameters
    ----------
    usual : float
        As in :func:`wanted_instances`: it is remembered, for once the event has begun nobody can
        tell what is usual.
    """
    floor = wanted_instances(event, usual)
    return Claim(event.source, floor, event.until, now.isoformat(), usual=usual)
