"""Reading the values of a scenario's YAML, with messages that name the key."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from rehearsal.errors import WrongScenario
from rehearsal.shapes import Hours, Shape, Surge

_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


class Section:
    """A part of the file; every key of it must be asked for.

    Parameters
    ----------
    path
        Where it stands, for messages.
    """

    def __init__(self, path: str, values: Any) -> None:
        if not isinstance(values, dict):
            raise WrongScenario(f"`{path}` must have settings, not {values!r}.")
        self._path, self._left = path, dict(values)

    def take(self, key: str, default: Any = None) -> Any:
        """Return a value and note that it has been read."""
        if key not in self._left and default is None:
            raise WrongScenario(f"`{self._name(key)}` is missing.")
        return self._left.pop(key, default)

    def maybe(self, key: str) -> Section | None:
        """Return a section, or None where there is none."""
        if self._left.get(key) is None:
            self._left.pop(key, None)
            return None
        return self.section(key)

    def section(self, key: str) -> Section:
        """Return a section that must be there."""
        return Section(self._name(key), self.take(key))

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number above 0."""
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise WrongScenario(f"`{self._name(key)}` must be a number above 0, not {value!r}.")
        return float(value)

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number above 0."""
        value = self.number(key, default)
        if not value.is_integer():
            raise WrongScenario(f"`{self._name(key)}` must be a whole number, not {value}.")
        return int(value)

    def span(self, key: str, default: str | None = None) -> float:
        """Return a duration such as `40ms`, `60s`, `10m` or `24h` in seconds."""
        value = self.take(key, default)
        found = _SPAN.fullmatch(str(value))
        if found is None:
            raise WrongScenario(
                f"`{self._name(key)}` must be like 40ms, 60s or 10m, not {value!r}."
            )
        return float(found[1]) * _UNITS[found[2]]

    def clock(self, key: str) -> int:
        """Return a time of day such as `"14:00"` in seconds after midnight."""
        value = self.take(key)
        found = _CLOCK.fullmatch(str(value))
        if found is None:
            raise WrongScenario(f'`{self._name(key)}` must be like "14:00", not {value!r}.')
        return int(found[1]) * 3600 + int(found[2]) * 60

    def moment(self, key: str) -> datetime:
        """Return a local moment such as `2026-11-27T00:00`."""
        value = self.take(key)
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError as error:
            message = f"`{self._name(key)}` must be like 2026-11-27T00:00, not {value!r}."
            raise WrongScenario(message) from error

    def day(self, key: str) -> date:
        """Return a day such as `2026-11-27`."""
        return self.moment(key).date() if isinstance(self._left.get(key), str) else self._day(key)

    def _day(self, key: str) -> date:
        value = self.take(key)
        if not isinstance(value, date):
            raise WrongScenario(f"`{self._name(key)}` must be a day, not {value!r}.")
        return value

    def done(self) -> None:
        """Refuse what nobody asked for."""
        if self._left:
            names = ", ".join(f"`{self._name(str(key))}`" for key in self._left)
            raise WrongScenario(f"There is no setting {names}.")

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def shape_of(section: Section) -> Shape:
    """Read a shape."""
    surge, hours = section.maybe("surge"), section.maybe("hours")
    shape = Shape(
        mean=section.number("mean"),
        rhythm=section.number("rhythm"),
        peak=section.clock("peak"),
        surge=None if surge is None else _surge(surge),
        hours=None if hours is None else _hours(hours),
    )
    section.done()
    return shape


def _surge(section: Section) -> Surge:
    surge = Surge(
        day=section.day("day"),
        begin=section.clock("from"),
        times=section.number("times"),
        rise=int(section.span("rise")),
        hold=int(section.span("hold")),
        fall=int(section.span("fall")),
    )
    section.done()
    return surge


def _hours(section: Section) -> Hours:
    names = section.take("days")
    unknown = [name for name in names if name not in _DAYS]
    if unknown:
        raise WrongScenario(f"There is no day {unknown[0]!r}; days are {', '.join(_DAYS)}.")
    hours = Hours(
        begin=section.clock("from"),
        end=section.clock("until"),
        days=frozenset(_DAYS.index(name) for name in names),
        ramp=int(section.span("ramp")),
    )
    section.done()
    return hours
