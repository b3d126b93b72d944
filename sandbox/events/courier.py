"""At-least-once delivery: attempts with back-off, and what happens when they end."""

from __future__ import annotations

import functools
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.events.failures import DeliveryFailed, classify

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.kernel import Kernel

# AWS publishes no pauses, only that 185 attempts fill about a day.
_LONGEST_PAUSE = 640.0
_KEPT_FAILURES = 1000


@dataclass(frozen=True)
class Retries:
    """How long and how often a delivery is tried again (AWS's defaults: a day, 185 times)."""

    maximum_age: float = 86400.0
    maximum_attempts: int = 185

    @classmethod
    def of(cls, policy: dict[str, Any] | None) -> Retries:
        """Read a RetryPolicy of a rule's target or a schedule."""
        given = policy or {}
        return cls(
            given.get("MaximumEventAgeInSeconds", cls.maximum_age),
            given.get("MaximumRetryAttempts", cls.maximum_attempts),
        )


@dataclass(frozen=True)
class GaveUp:
    """The end of a delivery that never succeeded.

    Attributes
    ----------
    exhausted
        Which limit of the retry policy ended it; None when no retry could help.
    """

    error: DeliveryFailed
    retries: int
    exhausted: str | None


@dataclass(frozen=True)
class FailedAttempt:
    """One attempt that failed, for whoever looks for the cause."""

    time: datetime
    name: str
    error: str


class Courier:
    """Carries things to targets.

    Parameters
    ----------
    numbers
        Where the jitter of the pauses comes from; seeded, so that runs repeat.
    """

    def __init__(self, kernel: Kernel, numbers: random.Random) -> None:
        self._kernel = kernel
        self._numbers = numbers
        self._duplicates = 0
        self._delays: deque[float] = deque()
        self.failures: deque[FailedAttempt] = deque(maxlen=_KEPT_FAILURES)

    def duplicate_next(self, count: int = 1) -> None:
        """Deliver each of the next `count` things twice, as at-least-once delivery may."""
        self._duplicates += count

    def delay_next(self, seconds: float) -> None:
        """Hold the next thing back, so that those after it arrive first."""
        self._delays.append(seconds)

    def send(
        self,
        name: str,
        attempt: Callable[[], None],
        retries: Retries,
        give_up: Callable[[GaveUp], None],
    ) -> None:
        """Deliver as a task of its own; `attempt` raises when it fails."""
        delay = self._delays.popleft() if self._delays else 0.0
        copies = 2 if self._duplicates else 1
        self._duplicates = max(0, self._duplicates - 1)
        for _ in range(copies):
            parcel = _Parcel(name, attempt, retries, give_up, self._kernel.timestamp())
            if delay:
                self._later(parcel, delay)
            else:
                self._kernel.spawn(functools.partial(self._try, parcel), name=name)

    def _later(self, parcel: _Parcel, seconds: float) -> None:
        self._kernel.call_later(seconds, lambda: self._try(parcel), name=parcel.name)

    def _try(self, parcel: _Parcel) -> None:
        try:
            parcel.attempt()
        except Exception as error:  # Classified: what is no failed call is raised again.
            failed = classify(error)
            text = f"{failed.code}: {failed.message}"
            self.failures.append(FailedAttempt(self._kernel.now(), parcel.name, text))
            self._retry_or_give_up(parcel, failed)

    def _retry_or_give_up(self, parcel: _Parcel, failed: DeliveryFailed) -> None:
        pause = self._pause(parcel.tried)
        exhausted = parcel.exhausted(self._kernel.timestamp() + pause)
        if failed.retry and exhausted is None:
            parcel.tried += 1
            self._later(parcel, pause)
        else:
            parcel.give_up(GaveUp(failed, parcel.tried, exhausted if failed.retry else None))

    def _pause(self, tried: int) -> float:
        longest = min(2.0**tried, _LONGEST_PAUSE)
        return longest / 2 + self._numbers.random() * longest / 2


@dataclass
class _Parcel:
    name: str
    attempt: Callable[[], None]
    retries: Retries
    give_up: Callable[[GaveUp], None]
    since: float
    tried: int = 0

    def exhausted(self, at: float) -> str | None:
        if self.tried >= self.retries.maximum_attempts:
            return "MaximumRetryAttempts"
        return "MaximumEventAgeInSeconds" if at - self.since > self.retries.maximum_age else None
