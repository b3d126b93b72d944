"""Where demand leads that was seen for some minutes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.capacity.burst import Demand, Point

# Minutes that make a trend.
_LAST = 3


def counted(demand: Demand) -> tuple[Sequence[Point], Sequence[Point]]:
    """Return the points that are whole, and these with those that are sure to be more still.

    CloudWatch adds a minute up for a while after it is over. Less than before may be a part of it,
    and says nothing; more than before is more, however much is missing.
    """
    whole = [point for point in demand.needed if point.at <= demand.counted]
    sure = list(whole)
    for point in demand.needed[len(whole) :]:
        if not sure or point.value >= sure[-1].value:
            sure.append(point)
    return whole, sure


def ahead(points: Sequence[Point], now: float, far: float, *, most: float) -> float:
    """Return the value that a rising trend leads to; a falling one leads nowhere."""
    if not points:
        return 0.0
    newest = points[-1]
    rise = max(_slope(points[-_LAST:]), 0.0)
    return min(newest.value + rise * (max(now - newest.at, 0.0) + far), max(most, newest.value))


def _slope(points: Sequence[Point]) -> float:
    """Return the slope of the line of least squares."""
    middle = sum(point.at for point in points) / len(points)
    spread = sum((point.at - middle) ** 2 for point in points)
    return sum((point.at - middle) * point.value for point in points) / spread if spread else 0.0
