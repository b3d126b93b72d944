"""A column of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slipway.domain.drift.profiles.distinct import Distinct
from slipway.domain.drift.profiles.moments import Moments
from slipway.domain.drift.profiles.quantiles import Quantiles
from slipway.domain.drift.reading.columns import as_numbers

if TYPE_CHECKING:
    import polars
    from numpy.typing import NDArray


class Numbers:
    """What is known of a column of numbers.

    Attributes
    ----------
    missing
        Nothing there: empty, null, not a number.
    words
        Something else than a finite number.
    broken
        Numbers with a fraction; they are in the moments and the counts too.
    counts
        Numbers between `edges`; None without edges.
    sketch
        None with edges: then counts say enough.
    """

    def __init__(self, edges: NDArray[np.float64] | None) -> None:
        self.edges = edges
        self.missing = self.words = self.broken = 0
        self.moments = Moments()
        self.distinct = Distinct()
        self.counts = None if edges is None else np.zeros(edges.size + 1, np.int64)
        self.sketch = Quantiles() if edges is None else None

    def add(self, column: polars.Series) -> None:
        """Count the column of a batch."""
        numbers, words = as_numbers(column)
        values = np.sort(numbers.drop_nulls().to_numpy())
        finite = _finite(values)
        absent = int(np.isnan(values).sum()) if values.size and np.isnan(values[-1]) else 0
        self.missing += numbers.null_count() - words + absent
        self.words += words + values.size - absent - finite.size
        self._add_finite(finite)

    def _add_finite(self, rising: NDArray[np.float64]) -> None:
        self.moments = self.moments.merged(Moments.of(rising))
        self.broken += int(np.count_nonzero(np.floor(rising) != rising))
        self.distinct.add_numbers(rising)
        if self.counts is not None and self.edges is not None:
            below = np.searchsorted(rising, self.edges, side="right")
            self.counts += np.diff(below, prepend=0, append=rising.size)
        if self.sketch is not None:
            self.sketch.add(rising)

    @property
    def present(self) -> int:
        """How many values there were, of whatever kind."""
        return self.moments.count + self.words

    def merged(self, other: Numbers) -> Numbers:
        """Return both together; they have the same edges."""
        both = Numbers(self.edges)
        both.missing = self.missing + other.missing
        both.words = self.words + other.words
        both.broken = self.broken + other.broken
        both.moments = self.moments.merged(other.moments)
        both.distinct = self.distinct.merged(other.distinct)
        if self.counts is not None and other.counts is not None:
            both.counts = self.counts + other.counts
        both.sketch = _both(self.sketch, other.sketch)
        return both


def _finite(rising: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out what stands at the ends of sorted values: the infinite, and not-a-numbers."""
    if not rising.size or (np.isfinite(rising[0]) and np.isfinite(rising[-1])):
        return rising
    return rising[np.isfinite(rising)]


def _both(one: Quantiles | None, other: Quantiles | None) -> Quantiles | None:
    return one.merged(other) if one is not None and other is not None else None
