"""One of several: how often a model names the right one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.quality.metric import Metric, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Pairs of labels that are counted by themselves; a model with more classes is judged by accuracy,
# and by its most frequent pairs.
MOST_PAIRS = 10_000


@dataclass(frozen=True, slots=True)
class MulticlassTally:
    """Counts of predictions beside what was true; windows add up exactly.

    Attributes
    ----------
    pairs
        How often each `(actual, predicted)` came.
    right, count
        How many predictions were right, and all of them, counted apart so that both stay exact
        however many labels there are.
    """

    pairs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    right: int = 0
    count: int = 0

    @classmethod
    def of(cls, predictions: Iterable[tuple[str, str]]) -> Self:
        """Count predictions: what was said, and what was true."""
        pairs = Counter((actual, predicted) for predicted, actual in predictions)
        right = sum(count for (actual, said), count in pairs.items() if actual == said)
        return cls(_most_frequent(pairs), right, pairs.total())

    def merged(self, other: Self) -> Self:
        """Return both together."""
        pairs = _most_frequent(Counter(self.pairs) + Counter(other.pairs))
        return type(self)(pairs, self.right + other.right, self.count + other.count)

    def metrics(self) -> tuple[Metric, ...]:
        """Return accuracy, and the other figures weighted by how frequent each label truly is."""
        accuracy = share("accuracy", self.right, self.count)
        if accuracy is None:
            return ()
        figures = zip(*self._weighted(), strict=True)
        names = ("weighted_precision", "weighted_recall", "weighted_f1")
        weighted = [(name, sum(parts)) for name, parts in zip(names, figures, strict=False)]
        # Each lies between 0 and 1 and is a mean over records: no deviation is larger than this.
        return (
            accuracy,
            *(
                Metric(name, value, (max(0.0, value * (1 - value)) / self.count) ** 0.5)
                for name, value in weighted
            ),
        )

    def _weighted(self) -> Iterator[tuple[float, float, float]]:
        """Yield each label's part of precision, recall and F1."""
        actual: Counter[str] = Counter()
        predicted: Counter[str] = Counter()
        for (true, said), count in self.pairs.items():
            actual[true] += count
            predicted[said] += count
        whole = actual.total()
        for label, count in actual.items():
            hits = self.pairs.get((label, label), 0)
            precision = hits / predicted[label] if predicted[label] else 0.0
            recall = hits / count
            both = precision + recall
            f1 = 2 * precision * recall / both if both else 0.0
            weight = count / whole
            yield weight * precision, weight * recall, weight * f1

    def confusion(self) -> dict[str, dict[str, int]]:
        """Return counts by what was true, then by what was predicted."""
        labels = sorted({label for pair in self.pairs for label in pair})
        return {
            actual: {said: self.pairs.get((actual, said), 0) for said in labels}
            for actual in labels
        }

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        pairs = [[*pair, count] for pair, count in sorted(self.pairs.items())]
        return {"pairs": pairs, "right": self.right, "count": self.count}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a tally from :meth:`as_dict`."""
        pairs = {(actual, said): count for actual, said, count in values["pairs"]}
        return cls(pairs, values["right"], values["count"])


def _most_frequent(pairs: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if len(pairs) <= MOST_PAIRS:
        return dict(pairs)
    kept = sorted(pairs, key=lambda pair: (-pairs[pair], pair))[:MOST_PAIRS]
    return {pair: pairs[pair] for pair in kept}
