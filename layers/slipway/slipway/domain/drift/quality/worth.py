"""What predictions were worth: a conversion, a sale."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.quality.metric import Metric
from slipway.domain.drift.quality.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class WorthTally:
    """Numbers that arrived about requests; windows add up."""

    worth: Moments = field(default_factory=Moments)

    @property
    def count(self) -> int:
        """Return how many numbers it holds."""
        return self.worth.count

    @classmethod
    def of(cls, worth: Sequence[float]) -> Self:
        """Count numbers."""
        return cls(Moments.of(worth))

    def merged(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(self.worth.merged(other.worth))

    def metrics(self) -> tuple[Metric, ...]:
        """Return what a request was worth in the mean."""
        if not self.count:
            return ()
        return (Metric("mean_value", self.worth.mean, self.worth.deviation_of_mean),)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"worth": self.worth.as_list()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a tally from :meth:`as_dict`."""
        return cls(Moments.from_list(values["worth"]))
