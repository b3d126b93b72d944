"""At-least-once delivery: attempts with back-off, and what happens when they end."""

from __future__ import annotations

import functools
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.events.failures import DeliveryFailed, classify
from sandbox.events.misdelivery import Misdeliveries
from sandbox.events.parcels import GaveUp, Parcel

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.events.misdelivery import Misdelivery
    from sandbox.events.parcels import Retries
    from sandbox.kernel import Kernel

# AWS publishes no pauses, only that 185 attempts fill about a day.
_LONGEST_PAUSE = 640.0
_KEPT_FAILURES = 1000


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

    Attributes
    ----------
    misdeliveries
        What happens to the next deliveries.
    sent
        The names of all deliveries from now on, where somebody wants them: set it to a list.
    """

    def __init__(self, kernel: Kernel, numbers: random.Random) -> None:
        self._kernel = kernel
        self._numbers = numbers
        self._overtaken: dict[str, Parcel] = {}
        self.misdeliveries = Misdeliveries()
        self.sent: list[str] | None = None
        self.failures: deque[FailedAttempt] = deque(maxlen=_KEPT_FAILURES)

    def send(
        self,
        name: str,
        attempt: Callable[[], None],
        retries: Retries,
        give_up: Callable[[GaveUp], None],
    ) -> None:
        """Deliver as a task of its own; `attempt` raises when it fails."""
        if self.sent is not None:
            self.sent.append(name)
        overtaken = self._overtaken.pop(name, None)
        met = self.misdeliveries.take(name) if overtaken is None else None
        parcel = functools.partial(Parcel, name, attempt, retries, give_up)
        if met is not None and met.kind == "overtaken":
            self._hold(parcel(self._kernel.timestamp()), met.seconds)
            return
        for delay in _delays_of(met):
            self._start(parcel(self._kernel.timestamp()), delay)
        if overtaken is not None:
            self._start(overtaken)

    def _hold(self, parcel: Parcel, seconds: float) -> None:
        """Let the next one of the name come first, if there is one soon."""

        def release() -> None:
            if self._overtaken.get(parcel.name) is parcel:
                del self._overtaken[parcel.name]
                self._try(parcel)

        self._overtaken[parcel.name] = parcel
        self._kernel.call_later(seconds, release, name=parcel.name)

    def _start(self, parcel: Parcel, delay: float = 0.0) -> None:
        if delay:
            self._later(parcel, delay)
        else:
            self._kernel.spawn(functools.partial(self._try, parcel), name=parcel.name)

    def _later(self, parcel: Parcel, seconds: float) -> None:
        self._kernel.call_later(seconds, lambda: self._try(parcel), name=parcel.name)

    def _try(self, parcel: Parcel) -> None:
        try:
            parcel.attempt()
        except Exception as error:  # Classified: what is no failed call is raised again.
            failed = classify(error)
            text = f"{failed.code}: {failed.message}"
            self.failures.append(FailedAttempt(self._kernel.now(), parcel.name, text))
            self._retry_or_give_up(parcel, failed)

    def _retry_or_give_up(self, parcel: Parcel, failed: DeliveryFailed) -> None:
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


def _delays_of(met: Misdelivery | None) -> list[float]:
    """Return after how many seconds each copy of a delivery comes."""
    if met is None:
        return [0.0]
    return {
        "twice": [0.0, 0.0],
        "twice, once late": [0.0, met.seconds],
        "late": [met.seconds],
    }[met.kind]
