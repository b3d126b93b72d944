"""Limits of rate: how many calls of an operation the account may make, as token buckets. Pure.

AWS publishes few of its limits and answers all of them alike; who wants to see how something
behaves beyond them sets them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class Rate:
    """A bucket that fills at so many calls a second, up to `burst`."""

    per_second: float
    burst: float
    left: float
    since: datetime

    def take(self, now: datetime, calls: int = 1) -> bool:
        """Take calls out; False, and none is taken, if there are not so many."""
        passed = max((now - self.since).total_seconds(), 0.0)
        self.left = min(self.burst, self.left + passed * self.per_second)
        self.since = now
        if self.left < calls:
            return False
        self.left -= calls
        return True


class Rates:
    """The limited operations; all others are not."""

    def __init__(self) -> None:
        self._rates: dict[tuple[str, str], Rate] = {}

    def limit(
        self, service: str, operation: str, *, per_second: float, burst: float, now: datetime
    ) -> None:
        """Limit an operation, by botocore's names; the bucket is full."""
        self._rates[service, operation] = Rate(per_second, burst, burst, now)

    def exceeded(self, service: str, operation: str, now: datetime, calls: int = 1) -> bool:
        """Count calls; tell whether they are too many."""
        rate = self._rates.get((service, operation))
        return rate is not None and not rate.take(now, calls)

    def clear(self) -> None:
        """Take all limits back."""
        self._rates.clear()
