"""The fields of a cron expression, as the values that they allow."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAYS_OF_WEEK = 7
_SATURDAY, _SUNDAY = 5, 6  # as the calendar module counts


class InvalidExpression(ValueError):
    """A schedule expression that AWS refuses."""

    def __init__(self, expression: str) -> None:
        super().__init__(f"Invalid Schedule Expression {expression}.")
        self.expression = expression


@dataclass(frozen=True)
class Field:
    """One field's limits, names and whether it takes increments."""

    low: int
    high: int
    names: tuple[str, ...] = ()
    steps: bool = True

    def number(self, text: str) -> int:
        """Read a number or a name within the limits."""
        value = self.names.index(text) + self.low if text in self.names else self._plain(text)
        if not self.low <= value <= self.high:
            raise ValueError(f"{text} is not between {self.low} and {self.high}")
        return value

    @staticmethod
    def _plain(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,4}", text):
            raise ValueError(f"{text!r} is no number")
        return int(text)

    def values(self, text: str) -> tuple[int, ...]:
        """Read ``*``, a list, ranges and increments."""
        chosen = {value for part in text.split(",") for value in self._part(part, text)}
        return tuple(sorted(chosen))

    def _part(self, part: str, whole: str) -> range:
        span, slash, step = part.partition("/")
        low, high = self._span(span, alone=part == whole, stepped=bool(slash))
        return range(low, high + 1, self._step(step) if slash else 1)

    def _span(self, span: str, *, alone: bool, stepped: bool) -> tuple[int, int]:
        if span == "*" and alone:
            return self.low, self.high
        first, dash, last = span.partition("-")
        low = self.number(first)
        high = self.number(last) if dash else (self.high if stepped else low)
        if low > high:
            raise ValueError(f"{span} runs backwards")
        return low, high

    def _step(self, text: str) -> int:
        step = self._plain(text)
        if not self.steps or not 1 <= step <= self.high:
            raise ValueError(f"/{text} is no increment of this field")
        return step


MINUTES = Field(0, 59)
HOURS = Field(0, 23)
DAYS = Field(1, 31)
MONTH = Field(1, 12, MONTHS)
WEEKDAY = Field(1, 7, WEEKDAYS, steps=False)
YEARS = Field(1970, 2199)


@dataclass(frozen=True)
class DayRule:
    """Which days of a month a cron expression means.

    Parameters
    ----------
    kind
        `days`, `weekdays` (1 is Sunday), `last day`, `nearest weekday`, `last weekday` or `nth
        weekday`.
    values
        The days or weekdays; for the nth weekday, the weekday and which one of the month.
    """

    kind: str
    values: tuple[int, ...] = ()

    def days(self, year: int, month: int) -> list[int]:
        """List the days of one month, in order."""
        last = calendar.monthrange(year, month)[1]
        if self.kind == "days":
            return [day for day in self.values if day <= last]
        if self.kind == "last day":
            return [last]
        if self.kind == "nearest weekday":
            return _nearest_weekday(year, month, self.values[0], last)
        return self._by_weekday([_weekday(year, month, day) for day in range(1, last + 1)])

    def _by_weekday(self, weekdays: list[int]) -> list[int]:
        if self.kind == "weekdays":
            return [day for day, weekday in enumerate(weekdays, 1) if weekday in self.values]
        matching = [day for day, weekday in enumerate(weekdays, 1) if weekday == self.values[0]]
        if self.kind == "last weekday":
            return matching[-1:]
        which = self.values[1]
        return matching[which - 1 : which]


def _weekday(year: int, month: int, day: int) -> int:
    """Count Sunday as 1, as cron does."""
    return (calendar.weekday(year, month, day) + 1) % _DAYS_OF_WEEK + 1


def _nearest_weekday(year: int, month: int, day: int, last: int) -> list[int]:
    """Move a weekend day to the nearest weekday, but never out of the month."""
    if day > last:
        return []
    weekday = calendar.weekday(year, month, day)
    if weekday == _SATURDAY:
        return [day - 1 if day > 1 else day + 2]
    if weekday == _SUNDAY:
        return [day + 1 if day < last else day - 2]
    return [day]


def day_rule(day_of_month: str, day_of_week: str) -> DayRule:
    """Read the two day fields, of which exactly one must be ``?``."""
    if (day_of_month == "?") == (day_of_week == "?"):
        raise ValueError("exactly one of day-of-month and day-of-week must be ?")
    return _of_month(day_of_month) if day_of_week == "?" else _of_week(day_of_week)


def _of_month(text: str) -> DayRule:
    if text == "L":
        return DayRule("last day")
    if text.endswith("W"):
        return DayRule("nearest weekday", (DAYS.number(text[:-1]),))
    return DayRule("days", DAYS.values(text))


def _of_week(text: str) -> DayRule:
    if text == "L":
        return DayRule("weekdays", (WEEKDAY.high,))
    if text.endswith("L"):
        return DayRule("last weekday", (WEEKDAY.number(text[:-1]),))
    if "#" in text:
        weekday, _, which = text.partition("#")
        return DayRule("nth weekday", (WEEKDAY.number(weekday), Field(1, 5).number(which)))
    return DayRule("weekdays", WEEKDAY.values(text))
