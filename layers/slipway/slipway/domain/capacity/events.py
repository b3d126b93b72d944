"""Known events: when their instances are claimed, and how many.

What is claimed begins ahead of the event by the time that instances were seen to take.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from slipway.domain.capacity.claims import EVENT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.spec.scaling import KnownEvent

# Until a release has been measured; SageMaker takes 4 to 10 minutes for most containers.
USUAL_PROVISIONING = timedelta(minutes=8)
# A large fleet's last instance comes later than the last one of the small fleets measured.
MARGIN_SHARE = 1.1
MARGIN = timedelta(minutes=1)
# Scheduler takes no moment that has passed.
SOON = timedelta(minutes=1)
# How long MaxCapacity follows the demand down at most.
LONGEST_FALL = timedelta(hours=2)
_DIGEST = 12


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
