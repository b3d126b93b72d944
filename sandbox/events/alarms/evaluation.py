"""Evaluates M out of N data points, some of which may be missing, as CloudWatch documents it. Pure.

CloudWatch looks at more points than the evaluation periods (the evaluation range). With enough
real points in it only the newest of them count; otherwise missing ones are filled in, as few as
possible. An alarm does not wait for ever: when all real points breach and the oldest is at least
as old as the data points to alarm, it goes to ALARM (unless missing data retain the state).
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

# For three evaluation periods CloudWatch documents that it retrieves five points; for others it
# documents no number, but that it depends on the period and on the metric's resolution. Points of
# some seconds would be over before a metric that is a minute late shows them, so two minutes more
# of those are retrieved here.
_MORE_POINTS = 2
_MORE_SECONDS = 120
_MINUTE = 60

_COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True)
class Condition:
    """When an alarm is in ALARM.

    Attributes
    ----------
    datapoints
        How many of the evaluated points must breach (M of N).
    periods
        How many points are evaluated (N).
    missing
        `missing`, `ignore`, `breaching` or `notBreaching`.
    period
        Seconds of a point.
    """

    comparison: str
    threshold: float
    periods: int
    datapoints: int
    missing: str = "missing"
    period: int = _MINUTE

    @property
    def range_points(self) -> int:
        """How many points CloudWatch retrieves."""
        short = self.period < _MINUTE
        return self.periods + (_MORE_SECONDS // self.period if short else _MORE_POINTS)

    def breaches(self, value: float) -> bool:
        """Say whether one value is on the wrong side of the threshold."""
        return bool(_COMPARISONS[self.comparison](value, self.threshold))


@dataclass(frozen=True)
class Verdict:
    """What an evaluation says.

    Attributes
    ----------
    state
        The state to be in; None to stay in the present one.
    used
        Which points of the range were evaluated, by position, oldest first.
    filled
        How many missing points were filled in.
    """

    state: State | None
    used: tuple[int, ...]
    filled: int


def evaluate(points: Sequence[float | None], condition: Condition) -> Verdict:
    """Evaluate the points of the evaluation range, oldest first, None for missing ones."""
    real = [position for position, value in enumerate(points) if value is not None]
    used = tuple(real[-condition.periods :])
    filled = condition.periods - len(used)
    breaching = sum(_breaches(points, position, condition) for position in used)
    state: State | None
    if filled == 0 or condition.missing in ("breaching", "notBreaching"):
        assumed = filled if condition.missing == "breaching" else 0
        state = "ALARM" if breaching + assumed >= condition.datapoints else "OK"
    else:
        state = _incomplete(points, used, breaching, condition)
    return Verdict(state, used, filled)


def _breaches(points: Sequence[float | None], position: int, condition: Condition) -> bool:
    value = points[position]
    return value is not None and condition.breaches(value)


def _incomplete(
    points: Sequence[float | None], used: tuple[int, ...], breaching: int, condition: Condition
) -> State | None:
    """Decide with too few points, when missing ones count as neither good nor bad."""
    if breaching >= condition.datapoints:
        return "ALARM"
    if breaching < len(used):
        return "OK"
    if condition.missing == "ignore":
        return None
    overdue = bool(used) and len(points) - used[0] >= condition.datapoints
    return "ALARM" if overdue else "INSUFFICIENT_DATA"


def enough_samples(percent: float, count: float) -> bool:
    """Say whether a percentile over so many samples is statistically significant."""
    share = percent / 100
    tail = 1 - share if share >= 0.5 else share  # noqa: PLR2004 - the middle
    return tail > 0 and count >= 10 / tail - 1e-9
