"""Count, mean and deviation of numbers, in a form that adds up without losing digits."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Moments:
    """Of some numbers; without any, all is 0 and the bounds are the wrong way round.

    Attributes
    ----------
    squares
        Sum of the squared distances from the mean.
    """

    count: int = 0
    total: float = 0.0
    mean: float = 0.0
    squares: float = 0.0
    low: float = inf
    high: float = -inf

    @classmethod
    def of(cls, rising: NDArray[Any]) -> Moments:
        """Return those of sorted numbers."""
        count = rising.size
        if not count:
            return cls()
        total = float(rising.sum())
        mean = total / count
        away = rising - mean
        away *= away  # A dot product would wake BLAS's threads for every few thousand numbers.
        return cls(count, total, mean, float(away.sum()), float(rising[0]), float(rising[-1]))

    def merged(self, other: Moments) -> Moments:
        """Return those of both together (Chan, Golub and LeVeque, 1979)."""
        if not self.count or not other.count:
            return self if self.count else other
        count = self.count + other.count
        apart = other.mean - self.mean
        return Moments(
            count,
            self.total + other.total,
            self.mean + apart * other.count / count,
            self.squares + other.squares + apart * apart * self.count * other.count / count,
            min(self.low, other.low),
            max(self.high, other.high),
        )

    @property
    def deviation(self) -> float:
        """The population's standard deviation, as Model Monitor computes it."""
        return sqrt(self.squares / self.count) if self.count else 0.0
