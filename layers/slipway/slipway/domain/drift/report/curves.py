"""Cumulative distributions, from counts between edges."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Curve:
    """A cumulative distribution, straight between its edges."""

    def __init__(self, edges: Sequence[float], portions: Sequence[float]) -> None:
        self._edges = edges
        self._heights = list(accumulate(portions[:-1]))
        self.empty = not any(portions)

    def quantile(self, share: float) -> float:
        """Return the value that a share lies below, never beyond the edges."""
        place = bisect_left(self._heights, share)
        if place == len(self._heights):
            return self._edges[-1]
        if place == 0:
            return self._edges[0]
        low, high = self._heights[place - 1], self._heights[place]
        part = (share - low) / (high - low)
        return self._edges[place - 1] + part * (self._edges[place] - self._edges[place - 1])

    def bins(self, low: float, high: float, count: int) -> tuple[float, ...]:
        """Return the shares in equal bins; the outermost ones hold what lies further out."""
        if self.empty:
            return (0.0,) * count
        width = (high - low) / count
        inner = [self._height(low + width * number) for number in range(1, count)]
        return tuple(max(0.0, above - below) for below, above in pairwise([0.0, *inner, 1.0]))

    def _height(self, value: float) -> float:
        place = bisect_left(self._edges, value)
        if place == 0:
            return self._heights[0] if value == self._edges[0] else 0.0
        if place == len(self._edges):
            return self._heights[-1]
        left, right = self._edges[place - 1], self._edges[place]
        part = (value - left) / (right - left)
        return self._heights[place - 1] + part * (self._heights[place] - self._heights[place - 1])
