"""A number: how far a model's numbers are from the true ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.quality.metric import Metric
from slipway.domain.drift.quality.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class RegressionTally:
    """Moments of errors and of what was true; windows add up."""

    distances: Moments = field(default_factory=Moments)
    squares: Moments = field(default_factory=Moments)
    truths: Moments = field(default_factory=Moments)

    @property
    def count(self) -> int:
        """Return how many predictions it holds."""
        return self.truths.count

    @classmethod
    def of(cls, predictions: Sequence[tuple[float, float]]) -> Self:
        """Count predictions: what was said, and what was true."""
        errors = [predicted - actual for predicted, actual in predictions]
        return cls(
            Moments.of([abs(error) for error in errors]),
            Moments.of([error * error for error in errors]),
            Moments.of([actual for _, actual in predictions]),
        )

    def merged(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(
            self.distances.merged(other.distances),
            self.squares.merged(other.squares),
            self.truths.merged(other.truths),
        )

    def metrics(self) -> tuple[Metric, ...]:
        """Return the errors and the share of the variance that is explained.

        Their errors by the delta method; that of R² takes the truth for normally distributed.
        """
        if not self.count:
            return ()
        error, spread = self.squares.mean, self.squares.deviation_of_mean
        root = sqrt(error)
        found = [
            Metric("mae", self.distances.mean, self.distances.deviation_of_mean),
            Metric("mse", error, spread),
            Metric("rmse", root, spread / (2 * root) if root else 0.0),
        ]
        if self.truths.variance > 0:
            unexplained = error / self.truths.variance
            relative = (spread / error) ** 2 + 2 / self.count if error else 0.0
            found.append(Metric("r2", 1 - unexplained, unexplained * sqrt(relative)))
        return tuple(found)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "distances": self.distances.as_list(),
            "squares": self.squares.as_list(),
            "truths": self.truths.as_list(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a tally from :meth:`as_dict`."""
        return cls(**{name: Moments.from_list(kept) for name, kept in values.items()})
