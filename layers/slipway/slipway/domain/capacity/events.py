"""Known events: when their instances are claimed, how many, and how the fleet shrinks after.

What is claimed begins ahead of the event by the time that instances were seen to take. After it
MaxCapacity follows the demand down, because target tracking scales in slowly, and is restored as
soon as there is nothing more to gain.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from slipway.domain.capacity.claims import EVENT_PREFIX, Claim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.capacity.burst import Point
    from slipway.domain.spec.scaling import KnownEvent

# Until a release has been measured; SageMaker takes 4 to 10 minutes for most containers.
USUAL_PROVISIONING = timedelta(minutes=8)
# A large fleet's last instance comes later than the last one of the small fleets measured.
MARGIN_SHARE = 1.1
MARGIN = timedelta(minutes=1)
# Scheduler takes no moment that has passed.
SOON = timedelta(minutes=1)
# How long MaxCapacity follows the demand at most, and how long without falling further.
LONGEST_FALL = timedelta(hours=2)
STEADY = timedelta(minutes=15)
# How much less there has to be before the maximum comes down to what is needed: noise must not move
# it up and down.
EASE = 1.05
# Minutes that make a trend.
_TREND = 3
# A rise beyond this is more than noise: the event goes on, or something else begins.
RISE_SHARE = 1.1
_DIGEST = 12
_WEEK = timedelta(days=7)
_HOUR = timedelta(hours=1)
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Announced:
    """A known event in UTC, as its schedules carry it.

    Parameters
    ----------
    begin, until : str
        ISO 8601 in UTC.
    floor : int
        Instances during the event; 0 if `factor` says how many.
    factor : float
        How many times the usual demand; 0 if `floor` says how many.
    """

    name: str
    begin: str
    until: str
    floor: int = 0
    factor: float = 0.0

    @classmethod
    def of(cls, event: KnownEvent) -> Self:
        """Return an event of the settings; what autumn repeats begins early and ends late."""
        zone = ZoneInfo(event.timezone)
        begin = event.begin.replace(tzinfo=zone, fold=0).astimezone(UTC)
        until = event.until.replace(tzinfo=zone, fold=1).astimezone(UTC)
        return cls(
            event.name, begin.isoformat(), until.isoformat(), event.floor or 0, event.factor or 0.0
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build an event from :meth:`as_dict`."""
        return cls(
            str(values["name"]),
            str(values["begin"]),
            str(values["until"]),
            int(values["floor"]),
            float(values["factor"]),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @property
    def fingerprint(self) -> str:
        """What tells this event from an edited one of its name; ends with the name."""
        import hashlib

        told = "|".join(map(str, (self.name, self.begin, self.until, self.floor, self.factor)))
        return f"{hashlib.sha256(told.encode()).hexdigest()[:_DIGEST]}:{self.name}"

    @property
    def source(self) -> str:
        """The source of its claim."""
        return EVENT_PREFIX + self.name

    @property
    def begins(self) -> datetime:
        """When the demand is expected."""
        return datetime.fromisoformat(self.begin)

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return datetime.fromisoformat(self.until)

    @property
    def gone(self) -> datetime:
        """When nothing of it may be left, at the latest."""
        return self.ends + LONGEST_FALL


class Moments(NamedTuple):
    """When something has to happen for an event."""

    claim: datetime
    end: datetime
    gone: datetime


def name_of(fingerprint: str) -> str:
    """Return the name of the event that a fingerprint tells."""
    return fingerprint.partition(":")[2]


def provisioning_time(measured: Sequence[int]) -> timedelta:
    """Return how long instances take, from the seconds that the last fleets took."""
    return timedelta(seconds=max(measured)) if measured else USUAL_PROVISIONING


def lead_time(measured: Sequence[int]) -> timedelta:
    """Return how long before an event its instances are asked for."""
    return provisioning_time(measured) * MARGIN_SHARE + MARGIN


def moments(event: Announced, measured: Sequence[int], now: datetime) -> Moments | None:
    """Return when to act for an event; None for one that is over."""
    if event.ends <= now:
        return None
    claim = max(event.begins - lead_time(measured), now + SOON)
    return Moments(claim, max(event.ends, claim), event.gone)


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


def claim_for(event: Announced, floor: int, now: datetime) -> Claim:
    """Return the claim of an event that begins."""
    return Claim(event.source, floor, event.until, now.isoformat())


@dataclass(frozen=True, slots=True)
class Look:
    """What follows from the demand after an event.

    Parameters
    ----------
    claim : Claim, optional
        What holds MaxCapacity down; None once it is to be restored.
    """

    claim: Claim | None
    reason: str


class Load(NamedTuple):
    """What the demand needs after an event.

    Parameters
    ----------
    needed : float
        Instances for the newest minute, not rounded.
    falling : bool
        Whether it falls so fast that by now it is less than that by more than noise.
    """

    needed: float
    falling: bool = False


def load_of(minutes: Sequence[Point], now: float) -> Load | None:
    """Return the load that minutes tell, the oldest first; None if there are none.

    It falls where each of the last two minutes had so much less than the one before that the
    demand has lost `EASE` since the newest one: noise seldom goes down twice.
    """
    if not minutes:
        return None
    newest = minutes[-1]
    lost = [one.value - other.value for one, other in pairwise(minutes[-_TREND:])]
    ago = (now - newest.at) / 60 - 0.5
    falling = len(lost) == _TREND - 1 and min(lost) * ago >= newest.value * (1 - 1 / EASE)
    # One low minute alone is noise.
    needed = newest.value if falling else max(point.value for point in minutes[-2:])
    return Load(needed, falling)


def follow_down(
    event: Announced, before: Claim | None, load: Load | None, fewest: int, now: datetime
) -> Look:
    """Return how far MaxCapacity comes down now that an event is over.

    Parameters
    ----------
    before : Claim, optional
        What the look before decided, or the claim of the event itself at the first one.
    load : Load, optional
        None if nothing was measured, which says nothing about how many are needed.
    fewest : int
        The spec's minimum: there is nothing to gain below it.
    """
    if before is None:
        return Look(None, "nothing holds the maximum down")
    if now >= event.gone:
        return Look(None, "the time to follow the demand down is over")
    if load is None:
        return Look(_ceiling(event, before.ceiling, before.since), "no demand was measured")
    needed, eased = max(_now(load), fewest), max(ceil(load.needed * EASE), fewest)
    eased = needed if load.falling else eased
    if not before.ceiling or eased < before.ceiling:
        words = f"the demand needs {needed} instances now"
        return Look(_ceiling(event, needed, now.isoformat()), words)
    if needed > ceil(before.ceiling * RISE_SHARE):
        return Look(None, f"the demand rises again, to what {needed} instances carry")
    return _stay(event, before, needed, fewest, now)


def _now(load: Load) -> int:
    """Return the instances needed now; a fall may have ended, so a guess takes whole ones only."""
    guess = int(load.needed * (1 - 1 / EASE)) if load.falling else 0
    return ceil(load.needed) - guess


def _stay(event: Announced, before: Claim, needed: int, fewest: int, now: datetime) -> Look:
    ceiling = max(before.ceiling, needed)
    if ceiling <= fewest:
        return Look(None, f"the fleet is down to the fewest instances, {fewest}")
    if now - datetime.fromisoformat(before.since) >= STEADY:
        return Look(None, f"the demand is steady at what {ceiling} instances carry")
    return Look(_ceiling(event, ceiling, before.since), f"{ceiling} instances are still needed")


def _ceiling(event: Announced, ceiling: int, since: str) -> Claim:
    return Claim(event.source, 0, event.gone.isoformat(), since, ceiling)
