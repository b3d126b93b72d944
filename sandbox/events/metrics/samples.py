"""Aggregated samples of a metric and the statistics that they answer. Pure."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# CloudWatch keeps distributions coarsely too; a bin here is 1 % wide, so percentiles are within it.
_MOST_VALUES = 512
_BIN = math.log(1.01)

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{0,10})?|100)")


@dataclass(slots=True)
class Samples:
    """Count, sum, extremes and distribution of some samples.

    Attributes
    ----------
    values
        How often each value occurred; None once a statistic set has hidden the single values.
    """

    count: float = 0.0
    total: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf
    values: dict[float, float] | None = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[tuple[float, float]]) -> Samples:
        """Aggregate values with their counts."""
        samples = cls()
        for value, count in values:
            samples._add(value, count)
        return samples

    @classmethod
    def of_statistics(cls, count: float, total: float, minimum: float, maximum: float) -> Samples:
        """Take a statistic set; one of equal values still has percentiles."""
        plain = count == 1 or minimum == maximum
        return cls(count, total, minimum, maximum, {minimum: count} if plain else None)

    def _add(self, value: float, count: float) -> None:
        self.count += count
        self.total += value * count
        self.minimum = min(self.minimum, value)
        self.maximum = max(self.maximum, value)
        if self.values is not None:
            self.values[value] = self.values.get(value, 0.0) + count
            self._thin()

    def merge(self, other: Samples) -> None:
        """Add other samples to these."""
        self.count += other.count
        self.total += other.total
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        if self.values is None or other.values is None:
            self.values = None
            return
        for value, count in other.values.items():
            self.values[value] = self.values.get(value, 0.0) + count
        self._thin()

    def _thin(self) -> None:
        """Put values into bins when there are too many to keep."""
        if self.values is None or len(self.values) <= _MOST_VALUES:
            return
        binned: dict[float, float] = {}
        for value, count in self.values.items():
            middle = _middle(value)
            binned[middle] = binned.get(middle, 0.0) + count
        self.values = binned

    def percentile(self, percent: float) -> float | None:
        """Return the smallest value below which that share of the samples lies."""
        if not self.values:
            return None
        rank, seen = percent / 100 * self.count, 0.0
        for value in sorted(self.values):
            seen += self.values[value]
            if seen >= rank:
                return min(max(value, self.minimum), self.maximum)
        return self.maximum

    def statistic(self, name: str) -> float | None:
        """Return Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99.9.

        Raises
        ------
        ValueError
            For a statistic that is none of these.
        """
        if name in _PLAIN:
            return _PLAIN[name](self)
        if name == "Average":
            return self.total / self.count if self.count else None
        return self.percentile(percent_of(name))


_PLAIN: dict[str, Callable[[Samples], float]] = {
    "SampleCount": operator.attrgetter("count"),
    "Sum": operator.attrgetter("total"),
    "Minimum": operator.attrgetter("minimum"),
    "Maximum": operator.attrgetter("maximum"),
}


def joined(parts: Iterable[Samples | None]) -> Samples | None:
    """Return those samples that there are as one; a lone one as it is."""
    there = [part for part in parts if part is not None]
    if len(there) <= 1:
        return there[0] if there else None
    together = Samples()
    for part in there:
        together.merge(part)
    return together


def percent_of(statistic: str) -> float:
    """Return 99.9 for ``p99.9``.

    Raises
    ------
    ValueError
        For what is no percentile.
    """
    found = _PERCENTILE.fullmatch(statistic)
    if found is None:
        raise ValueError(f"{statistic} is no statistic that the sandbox knows.")
    return float(found[1])


def _middle(value: float) -> float:
    if value == 0:
        return 0.0
    size = math.exp(round(math.log(abs(value)) / _BIN) * _BIN)
    return math.copysign(size, value)
