"""Something on its way: what is tried, how often, and what ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.events.failures import DeliveryFailed


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


@dataclass
class Parcel:
    """One delivery."""

    name: str
    attempt: Callable[[], None]
    retries: Retries
    give_up: Callable[[GaveUp], None]
    since: float
    tried: int = 0

    def exhausted(self, at: float) -> str | None:
        """Return which limit ends it at a moment; None if it goes on."""
        if self.tried >= self.retries.maximum_attempts:
            return "MaximumRetryAttempts"
        return "MaximumEventAgeInSeconds" if at - self.since > self.retries.maximum_age else None
