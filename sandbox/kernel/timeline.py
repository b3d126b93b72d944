"""The virtual clock and the timers on it. Not thread-safe: the kernel's lock guards it."""

from __future__ import annotations

import heapq
import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(order=True)
class Timer:
    """An action that is due at a moment. Equal moments fire in the order of their making."""

    due: float
    order: int
    action: Callable[[], None] = field(compare=False)
    name: str = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Take the timer back. Cancelling a timer that has fired does nothing."""
        self.cancelled = True


class Timeline:
    """Sandbox time: a moment, a rate at which it moves by itself, and what is due when.

    Parameters
    ----------
    start
        The first moment, aware.
    """

    def __init__(self, start: datetime) -> None:
        self._moment = start.timestamp()
        self._since = time.monotonic()
        self._rate = 0.0
        self._timers: list[Timer] = []
        self._orders = itertools.count()

    def timestamp(self) -> float:
        """Return the present moment in seconds since 1970.

        Moving by itself, time never passes the next timer: a timer always sees the moment
        at which it is due, however coarse the real waiting is.
        """
        if self._rate == 0:
            return self._moment
        moment = self._moment + (time.monotonic() - self._since) * self._rate
        due = self.next_due()
        return moment if due is None else max(self._moment, min(moment, due))

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=self.timestamp())

    @property
    def rate(self) -> float:
        """Sandbox seconds that pass in one real second while nobody moves the clock."""
        return self._rate

    def set_rate(self, rate: float) -> None:
        """Let time move by itself at another rate from now on."""
        if rate != self._rate:
            self.move_to(self.timestamp())
            self._rate = rate

    def move_to(self, moment: float) -> None:
        """Set the present moment. Time never goes back."""
        self._moment = max(self._moment, moment)
        self._since = time.monotonic()

    def add(self, due: float, action: Callable[[], None], name: str) -> Timer:
        """Put an action on the line; what is already past is due at once."""
        timer = Timer(max(due, self.timestamp()), next(self._orders), action, name)
        heapq.heappush(self._timers, timer)
        return timer

    def next_due(self) -> float | None:
        """Return the moment of the next timer, or None."""
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0].due if self._timers else None

    def pop_due(self, until: float) -> Timer | None:
        """Take the next timer that is due at or before a moment."""
        due = self.next_due()
        if due is None or due > until:
            return None
        return heapq.heappop(self._timers)
