"""A sketch of how numbers are distributed, where no edges to count between are known yet.

Apache DataSketches' KLL with k = 2048, the size that Deequ and so Model Monitor use: a rank is
wrong by 0.0014 at most, nearly always.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from datasketches import kll_doubles_sketch

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

SIZE = 2048


class Quantiles:
    """Items with weights that stand for all numbers that were added."""

    def __init__(self, content: bytes | None = None) -> None:
        empty = content is None
        self._sketch = (
            kll_doubles_sketch(SIZE) if empty else kll_doubles_sketch.deserialize(content)
        )

    def add(self, numbers: NDArray[Any]) -> None:
        """Take finite numbers, in an array of one's own: the sketch takes no read-only ones."""
        if numbers.size:
            self._sketch.update(numbers)

    def merged(self, other: Quantiles) -> Quantiles:
        """Return both together."""
        both = Quantiles(self.to_bytes())
        both._sketch.merge(other._sketch)
        return both

    def to_bytes(self) -> bytes:
        """Return DataSketches' own format."""
        return bytes(self._sketch.serialize())

    @property
    def error(self) -> float:
        """By how much the share of values below a number may be wrong."""
        exact = self._sketch.is_empty() or not self._sketch.is_estimation_mode()
        return 0.0 if exact else float(self._sketch.normalized_rank_error(False))

    def weighted(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the kept numbers, rising, and for how many values each of them stands."""
        pairs = [*self._sketch]
        items = np.array([item for item, _ in pairs], np.float64)
        weights = np.array([weight for _, weight in pairs], np.int64)
        order = np.argsort(items, kind="stable")
        return items[order], weights[order]
