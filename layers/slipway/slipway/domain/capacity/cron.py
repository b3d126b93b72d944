"""The local times that a cron expression of EventBridge Scheduler means."""

from __future__ import annotations

from calendar import monthrange, weekday
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_WEEK = 7
_SATURDAY, _SUNDAY = 7, 1


class UnreadableCron(ValueError):
    """A cron expression that EventBridge Scheduler refuses."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Six fields, as the values that they allow.

    Parameters
    ----------
    text : str
        The expression as Scheduler takes it.
    day_of_month, day_of_week : str
        As written; one of them is ``?``.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...]
    day_of_month: str
    day_of_week: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an expression with its wrapper, such as ``cron(0 20 ? * MON-FRI *)``.

        Raises
        ------
        UnreadableCron
            If it is none.
        """
        inner = text.strip().upper().removeprefix("CRON(").removesuffix(")")
        try:
            minute, hour, day, month, of_week, year = inner.split()
        except ValueError as error:
            raise UnreadableCron(f"`{text}` has not six fields") from error
        cron = cls(
            f"cron({' '.join(inner.split())})",
            minutes=_values(minute, 0, 59),
            hours=_values(hour, 0, 23),
            months=_values(month, 1, 12, _MONTHS),
            years=_values(year, _FIRST_YEAR, _LAST_YEAR),
            day_of_month=day,
            day_of_week=of_week,
        )
        cron.days(2024, 1)  # reads the fields of the day
        return cron

    def due_from(self, first: date) -> Iterator[datetime]:
        """Give the local times from a day on, in order."""
        for day in self._dates(first):
            for clock in self.times:
                yield datetime.combine(day, clock)

    @property
    def times(self) -> list[time]:
        """The times of a day."""
        return [time(hour, minute) for hour in self.hours for minute in self.minutes]

    def means(self, day: date) -> bool:
        """Tell whether there is anything to do on a day."""
        within = day.year in self.years and day.month in self.months
        return within and day.day in self.days(day.year, day.month)

    def days(self, year: int, month: int) -> list[int]:
        """Return the days of a month, in order."""
        every = range(1, monthrange(year, month)[1] + 1)
        if self.day_of_week == "?":
            return _of_month(self.day_of_month, year, month, every)
        return _of_week(self.day_of_week, year, month, every)

    def _dates(self, first: date) -> Iterator[date]:
        for year in self.years:
            for month in self.months:
                if (year, month) >= (first.year, first.month):
                    days = (date(year, month, day) for day in self.days(year, month))
                    yield from (day for day in days if day >= first)


def _values(text: str, low: int, high: int, words: list[str] | None = None) -> tuple[int, ...]:
    chosen = {value for part in text.split(",") for value in _range(part, low, high, words or [])}
    return tuple(sorted(chosen))


def _range(part: str, low: int, high: int, words: list[str]) -> range:
    span, slash, step = part.partition("/")
    first, dash, last = span.partition("-")
    if span == "*":
        begin, end = low, high
    else:
        begin = _number(first, low, high, words)
        end = _number(last, low, high, words) if dash else (high if slash else begin)
    if begin > end:
        raise UnreadableCron(f"`{span}` runs backwards")
    return range(begin, end + 1, _number(step, 1, high, []) if slash else 1)


def _number(text: str, low: int, high: int, words: list[str]) -> int:
    value = words.index(text) + low if text in words else int(text) if text.isdecimal() else -1
    if not low <= value <= high:
        raise UnreadableCron(f"`{text}` is not within {low}-{high}")
    return value


def _of_month(text: str, year: int, month: int, every: range) -> list[int]:
    if text == "L":
        return [every[-1]]
    if text == "LW":
        return [day for day in every if _is_workday(year, month, day)][-1:]
    if text.endswith("W"):
        return _nearest_workday(_number(text[:-1], 1, 31, []), year, month, every)
    return [day for day in _values(text, 1, 31) if day in every]


def _of_week(text: str, year: int, month: int, every: range) -> list[int]:
    if text == "L":
        text = "SAT"
    if text.endswith("L"):
        return _on(_number(text[:-1], 1, _WEEK, _WEEKDAYS), year, month, every)[-1:]
    if "#" in text:
        which, _, nth = text.partition("#")
        place = _number(nth, 1, 5, [])
        return _on(_number(which, 1, _WEEK, _WEEKDAYS), year, month, every)[place - 1 : place]
    if "/" in text:
        raise UnreadableCron(f"`{text}`: days of the week have no steps")
    wanted = _values(text, 1, _WEEK, _WEEKDAYS)
    return [day for day in every if _weekday(year, month, day) in wanted]


def _on(which: int, year: int, month: int, every: range) -> list[int]:
    return [day for day in every if _weekday(year, month, day) == which]


def _weekday(year: int, month: int, day: int) -> int:
    """Count Sunday as 1, as cron does."""
    return (weekday(year, month, day) + 1) % _WEEK + 1


def _is_workday(year: int, month: int, day: int) -> bool:
    return _weekday(year, month, day) not in {_SATURDAY, _SUNDAY}


def _nearest_workday(day: int, year: int, month: int, every: range) -> list[int]:
    """Move a day of the weekend, but never out of the month."""
    if day not in every:
        return []
    moves = {_SATURDAY: (-1, 2), _SUNDAY: (1, -2)}.get(_weekday(year, month, day), (0, 0))
    return [day + moves[0] if day + moves[0] in every else day + moves[1]]
