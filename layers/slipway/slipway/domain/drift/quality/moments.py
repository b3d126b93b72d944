"""Mean and spread that add up without losing digits.

Source: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for
computing sample variances" (1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, sqrt
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean and the sum of squared distances from the mean."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Count values."""
        if not values:
            return cls()
        mean = fsum(values) / len(values)
        return cls(len(values), mean, fsum((value - mean) ** 2 for value in values))

    def merged(self, other: Self) -> Self:
        """Return both together."""
        count = self.count + other.count
        if not count:
            return self
        apart = other.mean - self.mean
        mean = self.mean + apart * other.count / count
        between = apart * apart * self.count * other.count / count
        return type(self)(count, mean, self.squares + other.squares + between)

    @property
    def variance(self) -> float:
        """The population's variance."""
        return self.squares / self.count if self.count else 0.0

    @property
    def deviation_of_mean(self) -> float:
        """The standard error of the mean."""
        return sqrt(self.variance / self.count) if self.count else 0.0

    def as_list(self) -> list[float]:
        """Return plain values."""
        return [self.count, self.mean, self.squares]

    @classmethod
    def from_list(cls, values: list[float]) -> Self:
        """Build moments from :meth:`as_list`."""
        count, mean, squares = values
        return cls(int(count), mean, squares)
