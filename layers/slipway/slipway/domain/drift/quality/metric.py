"""A figure of a model's quality, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from slipway.domain.drift.tails import at_least, normal_tail

# What has to be small; all others have to be large.
ERRORS = frozenset({"mae", "mse", "rmse", "false_positive_rate", "false_negative_rate"})


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure.

    Attributes
    ----------
    deviation
        Its standard error; None if it is not known.
    share
        How many of how many, where the figure is a share.
    error
        By how much counting in cells can have made it wrong.
    """

    name: str
    value: float
    deviation: float | None = None
    share: tuple[int, int] | None = None
    error: float = 0.0

    def worse_than(self, limit: float, *, at_most: bool) -> float:
        """Return how probable such a figure is if the true one keeps the limit exactly.

        Shares by the binomial distribution, all others by the normal one.
        """
        if self.share is not None and 0 <= limit <= 1:
            count, of = self.share
            return at_least(count, of, limit) if at_most else at_least(of - count, of, 1 - limit)
        beyond = (self.value - limit if at_most else limit - self.value) - self.error
        if beyond <= 0:
            return 1.0
        return normal_tail(beyond / self.deviation) if self.deviation else 0.0


def share(name: str, count: int, of: int) -> Metric | None:
    """Return a share as a metric; None of nothing."""
    if not of:
        return None
    value = count / of
    return Metric(name, value, (value * (1 - value) / of) ** 0.5, (count, of))
