"""When an endpoint sleeps and wakes, by the clocks of its time zone.

EventBridge Scheduler knows neither days to leave out nor times that a spring change skips: it does
not fire then. What autumn repeats fires once, the first time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from slipway.domain.capacity.cron import Cron

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.spec.sleep import Sleep

_DAY = timedelta(days=1)
_LOOKS = timedelta(days=7)
# Weekdays and dates meet in every way within 28 years.
_FIRST_YEAR, _LAST_YEAR = 2026, 2060


class Gap(NamedTuple):
    """Local times that a spring change skips: from `begin` up to `end`, which exists."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SleepCalendar:
    """The nights of an endpoint.

    Parameters
    ----------
    excepted : frozenset of date
        Local days on which it does not go to sleep.
    """

    at: Cron
    until: Cron
    zone: ZoneInfo
    excepted: frozenset[date] = frozenset()

    @classmethod
    def of(cls, sleep: Sleep) -> Self:
        """Return the calendar that the settings describe."""
        zone, days = ZoneInfo(sleep.timezone), frozenset(sleep.excepted)
        return cls(Cron.parse(sleep.at), Cron.parse(sleep.until), zone, days)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a calendar from :meth:`as_dict`."""
        days = frozenset(map(date.fromisoformat, values.get("except", ())))
        zone = ZoneInfo(values["timezone"])
        return cls(Cron.parse(values["at"]), Cron.parse(values["until"]), zone, days)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, under the names that `sleep` has in endpoint.yaml."""
        return {
            "at": self.at.text,
            "until": self.until.text,
            "timezone": self.zone.key,
            "except": sorted(map(date.isoformat, self.excepted)),
        }

    def sleeps(self, due: datetime) -> bool:
        """Tell whether a moment of `at` counts: its local day is not left out."""
        return due.astimezone(self.zone).date() not in self.excepted

    def next_sleep(self, after: datetime) -> datetime | None:
        """Return when it next goes to sleep, in UTC, later than a moment; None if never."""
        moments = _moments(self.at, self.zone, after)
        return next((due for due in moments if self.sleeps(due)), None)

    def next_wake(self, after: datetime) -> datetime | None:
        """Return when it next wakes, in UTC, later than a moment; None if never."""
        return next(_moments(self.until, self.zone, after), None)


def _moments(cron: Cron, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    # From the day before: a local time of it may lie ahead where clocks are put back.
    first = (after.astimezone(zone) - _DAY).date()
    for local in cron.due_from(first):
        due = moment(local, zone)
        if due is not None and due > after:
            yield due


def moment(local: datetime, zone: ZoneInfo) -> datetime | None:
    """Return a local time in UTC: the first of two, None for one that the clocks skip."""
    found = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None, fold=0) == local else None


def skipped(cron: Cron, zone: ZoneInfo, excepted: frozenset[date]) -> tuple[datetime, Gap] | None:
    """Return the first local time of an expression that does not exist, and why; None if all do.

    Parameters
    ----------
    excepted : frozenset of date
        Days that do not count.
    """
    years = [year for year in cron.years if _FIRST_YEAR <= year <= _LAST_YEAR]
    for gap in gaps(zone, years[0], years[-1]) if years else ():
        for day in {gap.begin.date(), gap.end.date()} - excepted:
            lost = [due for due in _on(cron, day) if gap.begin <= due < gap.end]
            if lost:
                return lost[0], gap
    return None


def _on(cron: Cron, day: date) -> list[datetime]:
    return [datetime.combine(day, clock) for clock in cron.times] if cron.means(day) else []


@cache
def gaps(zone: ZoneInfo, first: int, last: int) -> tuple[Gap, ...]:
    """Return what the clocks of a zone skip from one year to another, both included."""
    return tuple(_gaps(zone, first, last))


def _gaps(zone: ZoneInfo, first: int, last: int) -> Iterator[Gap]:
    before, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while before < end:
        after = before + _LOOKS
        if _offset(before, zone) != _offset(after, zone):
            change = _change(before, after, zone)
            old, new = _offset(change - timedelta(seconds=1), zone), _offset(change, zone)
            if new > old:
                local = change.replace(tzinfo=None)
                yield Gap(local + old, local + new)
        before = after


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second with the later offset."""
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = _offset(before + timedelta(seconds=middle), zone) == _offset(before, zone)
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)


def _offset(when: datetime, zone: ZoneInfo) -> timedelta:
    return when.astimezone(zone).utcoffset() or timedelta()
