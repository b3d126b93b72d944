"""Count, mean and deviation of numbers, in a form that adds up without losing digits."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


_MOST = sys.float_info.max


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
        with np.errstate(over="ignore"):
            total = _finite(rising.sum())
            mean = total / count
            away = rising - mean
            away *= away  # A dot product would wake BLAS's threads for every few thousand numbers.
            squares = _finite(away.sum())
        return cls(count, total, mean, squares, float(rising[0]), float(rising[-1]))

    def merged(self, other: Moments) -> Moments:
        """Return those of both together (Chan, Golub and LeVeque, 1979)."""
        if not self.count or not other.count:
            return self if self.count else other
        count = self.count + other.count
        apart = other.mean - self.mean
        return Moments(
            count,
            _finite(self.total + other.total),
            _finite(self.mean + apart * (other.count / count)),
            _finite(
                self.squares + other.squares + apart * apart * self.count * other.count / count
            ),
            min(self.low, other.low),
            max(self.high, other.high),
        )

    @property
    def deviation(self) -> float:
        """The population's standard deviation, as Model Monitor computes it."""
        return sqrt(self.squares / self.count) if self.count else 0.0


def _finite(number: float) -> float:
    """Return the nearest number that files can hold."""
    return max(-_MOST, min(_MOST, float(number)))
