"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PATTERN = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?")
_LONGEST = timedelta(days=365)


def parse_duration(value: object) -> timedelta:
    """Read ``10m``, ``1h30m``, ``90s`` or a whole number of seconds.

    Raises
    ------
    ValueError
        If the value is none of these, negative, or longer than a year.
    """
    if isinstance(value, timedelta):
        duration = value
    elif isinstance(value, int) and not isinstance(value, bool):
        duration = timedelta(seconds=min(value, 10**9))
    elif isinstance(value, str):
        duration = _from_text(value.strip())
    else:
        raise ValueError("a duration is written like 10m, 1h, 90s or as seconds")
    if not timedelta(0) <= duration <= _LONGEST:
        raise ValueError("a duration lies between 0s and 365d")
    return duration


def _from_text(text: str) -> timedelta:
    match = _PATTERN.fullmatch(text)
    if not text or match is None:
        raise ValueError("a duration is written like 10m, 1h, 90s or as seconds")
    parts = zip(_UNITS.values(), match.groups(), strict=True)
    return timedelta(seconds=sum(unit * int(count) for unit, count in parts if count))


def format_duration(duration: timedelta) -> str:
    """Write a duration in its shortest form, such as ``10m`` or ``1h30m``."""
    rest, text = int(duration.total_seconds()), ""
    for name, size in _UNITS.items():
        count, rest = divmod(rest, size)
        text += f"{count}{name}" if count else ""
    return text or "0s"
