"""What happens at its own time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta


class Schedules(Protocol):
    """Calls at other times."""

    def every_minute(
        self, name: str, target: str, payload: Mapping[str, Any], *, until: datetime
    ) -> None:
        """Call a function each minute from now on; replaces a schedule of this name."""

    def once(self, name: str, target: str, payload: Mapping[str, Any], *, at: datetime) -> None:
        """Call a function, or start a workflow, at a moment; replaces a schedule of this name."""

    def remove(self, name: str) -> None:
        """Remove a schedule; one that does not exist is no error."""


class RecurringSchedules(Schedules, Protocol):
    """Calls at other times, again and again."""

    def recurring(  # noqa: PLR0913 - the members of one request
        self,
        name: str,
        target: str,
        payload: Mapping[str, Any],
        *,
        expression: str,
        timezone: str,
        window: timedelta,
    ) -> None:
        """Start a workflow whenever a cron expression is due, up to `window` later.

        `{due}` within the payload becomes the moment that was due; replaces a schedule of this
        name.
        """


@dataclass(frozen=True, slots=True)
class FoundSchedule:
    """A schedule as it is."""

    expression: str
    timezone: str
    enabled: bool


class ScheduleReader(Protocol):
    """Looks at schedules."""

    def find(self, name: str) -> FoundSchedule | None:
        """Return a schedule; None if there is none."""


class PausedSchedules(Protocol):
    """Schedules that rest with an endpoint."""

    def pause(self, name: str) -> bool:
        """Let a schedule rest; False if there is none, or it rests already."""

    def resume(self, name: str) -> None:
        """Let a schedule go on; one that does not exist is no error."""
