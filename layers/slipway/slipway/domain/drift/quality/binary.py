"""Yes or no: how often a model is right, and how well its scores put them in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.quality.metric import Metric, share
from slipway.domain.drift.quality.scores import area_under, cell_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class BinaryTally:
    """Counts of predictions beside what was true; windows add up exactly.

    Attributes
    ----------
    hits, false_alarms, rejections, misses
        True positives, false positives, true negatives, false negatives.
    positives, negatives
        How many truly positive and negative ones had a score in each cell.
    """

    hits: int = 0
    false_alarms: int = 0
    rejections: int = 0
    misses: int = 0
    positives: Mapping[int, int] = field(default_factory=dict)
    negatives: Mapping[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return how many predictions it holds."""
        return self.hits + self.false_alarms + self.rejections + self.misses

    @classmethod
    def of(cls, predictions: Iterable[tuple[bool, bool, float | None]]) -> Self:
        """Count predictions: what was said, what was true, and the score if there is one."""
        kinds: Counter[tuple[bool, bool]] = Counter()
        cells: tuple[Counter[int], Counter[int]] = Counter(), Counter()
        for predicted, actual, score in predictions:
            kinds[predicted, actual] += 1
            if score is not None:
                cells[actual][cell_of(score)] += 1
        return cls(
            hits=kinds[True, True],
            false_alarms=kinds[True, False],
            rejections=kinds[False, False],
            misses=kinds[False, True],
            positives=dict(cells[True]),
            negatives=dict(cells[False]),
        )

    def merged(self, other: Self) -> Self:
        """Return both together."""
        return type(self)(
            self.hits + other.hits,
            self.false_alarms + other.false_alarms,
            self.rejections + other.rejections,
            self.misses + other.misses,
            dict(Counter(self.positives) + Counter(other.positives)),
            dict(Counter(self.negatives) + Counter(other.negatives)),
        )

    def metrics(self) -> tuple[Metric, ...]:
        """Return what can be said; what has no denominator is left out."""
        true, false = self.hits + self.misses, self.rejections + self.false_alarms
        found = [
            share("accuracy", self.hits + self.rejections, self.count),
            share("precision", self.hits, self.hits + self.false_alarms),
            share("recall", self.hits, true),
            share("true_negative_rate", self.rejections, false),
            share("false_positive_rate", self.false_alarms, false),
            share("false_negative_rate", self.misses, true),
            *(self._f(name, beta) for name, beta in (("f0_5", 0.5), ("f1", 1.0), ("f2", 2.0))),
            self._auc(),
        ]
        return tuple(metric for metric in found if metric is not None)

    def confusion(self) -> dict[str, dict[str, int]]:
        """Return counts by what was true, then by what was predicted."""
        return {
            "0": {"0": self.rejections, "1": self.false_alarms},
            "1": {"0": self.misses, "1": self.hits},
        }

    def _f(self, name: str, beta: float) -> Metric | None:
        """Return an F measure; its error by the delta method for multinomial counts."""
        weight = beta**2
        whole = (1 + weight) * self.hits + weight * self.misses + self.false_alarms
        if not whole:
            return None
        value = (1 + weight) * self.hits / whole
        slopes = (
            (self.hits, (1 + weight) * (1 - value)),
            (self.misses, -weight * value),
            (self.false_alarms, -value),
        )
        return Metric(name, value, sqrt(sum(n * slope**2 for n, slope in slopes)) / whole)

    def _auc(self) -> Metric | None:
        area = area_under(self.positives, self.negatives)
        return Metric("auc", area.value, area.deviation, error=area.error) if area else None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "hits": self.hits,
            "false_alarms": self.false_alarms,
            "rejections": self.rejections,
            "misses": self.misses,
            "positives": {str(cell): count for cell, count in self.positives.items()},
            "negatives": {str(cell): count for cell, count in self.negatives.items()},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a tally from :meth:`as_dict`."""
        cells = {
            side: {int(cell): int(count) for cell, count in values[side].items()}
            for side in ("positives", "negatives")
        }
        return cls(**{**values, **cells})
