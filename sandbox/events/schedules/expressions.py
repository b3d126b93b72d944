"""Schedule expressions: ``cron``, ``rate`` and ``at``, and when they next occur. Pure.

A local time that the clocks skip in spring does not occur; one that they repeat in autumn occurs
once, the first time. A day of a rate is 24 hours, whatever the clocks do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.events.schedules.fields import (
    HOURS,
    MINUTES,
    MONTH,
    YEARS,
    DayRule,
    InvalidExpression,
    day_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

__all__ = ["At", "Cron", "Expression", "InvalidExpression", "Rate", "parse_rule", "parse_schedule"]

_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"rate\(([1-9][0-9]*) (minute|hour|day)(s?)\)")
_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)")
_CRON = re.compile(r"cron\((\S+(?:\s+\S+){5})\)")


@dataclass(frozen=True)
class Rate:
    """Every so many seconds from an anchor."""

    seconds: int

    def next(self, after: datetime, *, anchor: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first occurrence later than `after`; the anchor is itself one."""
        del zone
        if after < anchor:
            return anchor
        passed = (after - anchor) // timedelta(seconds=self.seconds)
        return anchor + timedelta(seconds=self.seconds * (passed + 1))


@dataclass(frozen=True)
class At:
    """One local moment."""

    local: datetime

    def next(self, after: datetime, *, anchor: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the moment, unless it has passed or the clocks skip it."""
        del anchor
        moment = instant(self.local, zone)
        return moment if moment is not None and moment > after else None


@dataclass(frozen=True)
class Cron:
    """Local minutes that meet six fields."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: DayRule
    months: tuple[int, ...]
    years: tuple[int, ...]

    def next(self, after: datetime, *, anchor: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first occurrence later than `after`, or None when there is none left."""
        del anchor
        start = after.astimezone(zone).replace(tzinfo=None, fold=0)
        # The day before, because a local time just passed may still lie ahead of `after`.
        for local in self._from((start - timedelta(days=1)).date().timetuple()[:3]):
            moment = instant(local, zone)
            if moment is not None and moment > after:
                return moment
        return None

    def _from(self, first: tuple[int, ...]) -> Iterator[datetime]:
        for date in self._dates(first):
            for hour in self.hours:
                for minute in self.minutes:
                    yield datetime(*date, hour, minute)

    def _dates(self, first: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
        for year in self.years:
            for month in self.months:
                if (year, month) >= first[:2]:
                    dates = ((year, month, day) for day in self.days.days(year, month))
                    yield from (date for date in dates if date >= first)


Expression = Rate | At | Cron


def instant(local: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the UTC moment of a local time: the first of two, None for a skipped one."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    exists = moment.astimezone(zone).replace(tzinfo=None, fold=0) == local
    return moment if exists else None


def parse_schedule(text: str) -> Expression:
    """Read what EventBridge Scheduler accepts.

    Raises
    ------
    InvalidExpression
        When Scheduler would refuse the expression.
    """
    rate = _RATE.fullmatch(text)
    if rate and (rate[3] or rate[1] == "1"):
        return Rate(int(rate[1]) * _UNITS[rate[2]])
    at = _AT.fullmatch(text)
    try:
        return At(datetime.fromisoformat(at[1])) if at else _cron(text)
    except ValueError as error:
        raise InvalidExpression(text) from error


def parse_rule(text: str) -> Expression:
    """Read what a rule of EventBridge accepts: no ``at``, and units agree with their number.

    Raises
    ------
    InvalidExpression
        When PutRule would refuse the expression.
    """
    rate = _RATE.fullmatch(text)
    if _AT.fullmatch(text) or (rate and (rate[1] == "1") == bool(rate[3])):
        raise InvalidExpression(text)
    return parse_schedule(text)


def _cron(text: str) -> Cron:
    found = _CRON.fullmatch(text)
    if found is None:
        raise ValueError("neither rate, at nor cron of six fields")
    minute, hour, day, month, weekday, year = found[1].split()
    return Cron(
        minutes=MINUTES.values(minute),
        hours=HOURS.values(hour),
        days=day_rule(day, weekday),
        months=MONTH.values(month),
        years=YEARS.values(year),
    )
