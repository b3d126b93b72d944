"""Fires at each occurrence of an expression; only the next one is ever armed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from sandbox.events.schedules.expressions import Expression
    from sandbox.kernel import Kernel, Timer


@dataclass(frozen=True)
class Plan:
    """When something occurs.

    Attributes
    ----------
    anchor
        What the intervals of a rate are counted from.
    start, end
        Occurrences before the one and after the other do not count.
    """

    expression: Expression
    zone: ZoneInfo
    anchor: datetime
    start: datetime | None = None
    end: datetime | None = None

    def next(self, after: datetime) -> datetime | None:
        """Return the first occurrence later than `after`, or None when there is none left."""
        if self.start is not None:
            after = max(after, self.start - timedelta(microseconds=1))
        found = self.expression.next(after, anchor=self.anchor, zone=self.zone)
        return None if found is None or (self.end and found > self.end) else found


class Recurrence:
    """Runs an action at each occurrence of a plan.

    Parameters
    ----------
    fire
        Gets the occurrence and whether it was the last.
    spread
        Returns how many seconds after an occurrence to fire.
    """

    def __init__(
        self,
        kernel: Kernel,
        plan: Plan,
        fire: Callable[[datetime, bool], None],
        *,
        name: str,
        spread: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._kernel = kernel
        self._plan = plan
        self._fire = fire
        self._name = name
        self._spread = spread
        self._timer: Timer | None = None

    def begin(self, after: datetime) -> None:
        """Arm the first occurrence later than `after`."""
        due = self._plan.next(after)
        if due is not None:
            self._arm(due)

    def cancel(self) -> None:
        """Fire no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, due: datetime) -> None:
        when = due + timedelta(seconds=self._spread())
        self._timer = self._kernel.call_at(when, lambda: self._occur(due), name=self._name)

    def _occur(self, due: datetime) -> None:
        following = self._plan.next(due)
        if following is not None:
            self._arm(following)
        self._fire(due, following is None)
