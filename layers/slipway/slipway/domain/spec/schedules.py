"""Cron, rate and time-zone expressions as EventBridge Scheduler understands them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_DAYS = "SUN MON TUE WED THU FRI SAT".split()
_CRON_FIELDS = 6
_RATE = re.compile(r"rate\(\s*([1-9]\d{0,8})\s+(minute|minutes|hour|hours|day|days)\s*\)")
_CRON = re.compile(r"cron\((.*)\)", re.DOTALL)


@dataclass(frozen=True)
class _Field:
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()
    first_word: int = 0
    special: str = ""

    def problem(self, text: str) -> str | None:
        """Say what is wrong with this field's text, or None."""
        if text == "*" or (text == "?" and "?" in self.special):
            return None
        bad = next((part for part in text.split(",") if not self._accepts(part)), None)
        if bad is None:
            return None
        return f"{self.name} `{bad}` is not within {self.low}-{self.high}"

    def _accepts(self, part: str) -> bool:
        base, slash, step = part.partition("/")
        if slash and not (step.isascii() and step.isdigit() and int(step[:9]) > 0):
            return False
        if slash and base == "*":
            return True
        return self._accepts_special(part) or self._accepts_range(base)

    def _accepts_special(self, part: str) -> bool:
        if "L" in self.special and part == "L":
            return True
        if "W" in self.special and part == "LW":
            return True
        if "W" in self.special and part.endswith("W"):
            return self._number(part[:-1]) is not None
        if "#" in self.special and "#" in part:
            day, _, nth = part.partition("#")
            return self._number(day) is not None and nth in {"1", "2", "3", "4", "5"}
        return "#" in self.special and part.endswith("L") and self._number(part[:-1]) is not None

    def _accepts_range(self, base: str) -> bool:
        ends = base.split("-")
        return len(ends) in {1, 2} and all(self._number(end) is not None for end in ends)

    def _number(self, text: str) -> int | None:
        if text.upper() in self.words:
            return self.words.index(text.upper()) + self.first_word
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(self.high))):
            return None
        return int(text) if self.low <= int(text) <= self.high else None


_FIELDS = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of month", 1, 31, special="?LW"),
    _Field("month", 1, 12, tuple(_MONTHS), 1),
    _Field("day of week", 1, 7, tuple(_DAYS), 1, special="?L#"),
    _Field("year", 1970, 2199),
)


def normalise_cron(text: str) -> str:
    """Return ``cron(…)`` for a cron expression, with or without the wrapper.

    Raises
    ------
    ValueError
        If EventBridge Scheduler would refuse the expression; the message says why.
    """
    wrapped = _CRON.fullmatch(text.strip())
    fields = (wrapped.group(1) if wrapped else text).split()
    problem = _cron_problem(fields)
    if problem:
        raise ValueError(problem)
    return f"cron({' '.join(fields)})"


def _cron_problem(fields: list[str]) -> str | None:
    if len(fields) != _CRON_FIELDS:
        return (
            f"a cron expression has six fields (minutes hours day-of-month month day-of-week "
            f"year), this one has {len(fields)}"
        )
    problem = next(
        (p for rule, text in zip(_FIELDS, fields, strict=True) if (p := rule.problem(text))), None
    )
    if problem is None and (fields[2] == "?") == (fields[4] == "?"):
        return "exactly one of day-of-month and day-of-week must be `?`"
    return problem


def normalise_schedule(text: str) -> str:
    """Return a ``rate(…)`` or ``cron(…)`` expression in its usual spelling.

    Raises
    ------
    ValueError
        If it is neither.
    """
    rate = _RATE.fullmatch(text.strip())
    if rate:
        count, unit = int(rate.group(1)), rate.group(2).rstrip("s")
        return f"rate({count} {unit}{'' if count == 1 else 's'})"
    if text.strip().startswith("rate"):
        raise ValueError("a rate is written rate(<whole number> minutes|hours|days)")
    return normalise_cron(text)
