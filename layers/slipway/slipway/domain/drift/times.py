"""When requests were made, as far as that can be said."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FORM = "%Y-%m-%dT%H:%M:%SZ"
# Captures tell the second, and files come in order: seconds lie close together, whatever was asked.
_REMEMBERED = 8192


@lru_cache(_REMEMBERED)
def moment_of(time: str) -> str:
    """Return a time to the second in UTC: two of them compare as words. Empty if it is none.

    A time without a zone could be any of 26 hours.

    Example
    -------
    >>> moment_of("2026-03-02T09:30:00.25+01:00")
    '2026-03-02T08:30:00Z'
    >>> moment_of("2026-03-02 09:30")
    ''
    """
    try:
        found = datetime.fromisoformat(time)
        # Years of less than four digits would not sort, and 1 January of year 1 has no UTC.
        return f"{found.astimezone(UTC):{_FORM}}" if found.tzinfo and found.year > 1000 else ""  # noqa: PLR2004 - four digits
    except (ValueError, OverflowError):
        return ""


def moments(times: Iterable[str]) -> Mapping[str, str]:
    """Return the moment of each time; many requests share one, for it is told to the second."""
    return {time: moment_of(time) for time in set(times)}


def is_before(time: str, since: str) -> bool:
    """Say whether a time is known to be before a moment; nothing is before an empty one."""
    return bool(since) and "" < moment_of(time) < since
