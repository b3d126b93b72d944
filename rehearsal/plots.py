"""The plots: demand, capacity, failed and slow requests, cost. Pure."""

from __future__ import annotations

from datetime import UTC, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from rehearsal.charts import Plot, Series, number
from rehearsal.results import POLICIES
from slipway.domain.report.scales import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.course import Minute
    from rehearsal.results import Rehearsal

_AROUND = timedelta(minutes=25)
_BUSY = 0.5
# A scenario whose busiest moment is no surge needs no closer look.
_SURGE = 2.5
# A cost so many times all others' is told, not drawn.
_BEYOND = 2.0


def plots(rehearsal: Rehearsal) -> list[str]:
    """Return the figures, the whole scenario first."""
    minutes = len(rehearsal.courses["slipway"].minutes)
    found = _figures(rehearsal, 0, minutes, "")
    near = _surge(rehearsal)
    if near is not None:
        found[2:2] = _figures(rehearsal, *near, ", around the surge")[1:3]
    return [plot.html() for plot in found]


def _figures(rehearsal: Rehearsal, first: int, last: int, where: str) -> list[Plot]:
    start = rehearsal.scenario.start.astimezone(UTC)
    span = Span(start + timedelta(minutes=first), start + timedelta(minutes=last))
    demand = rehearsal.scenario.minutes()[first:last]
    price = rehearsal.scenario.price.usd_per_hour / 60

    def each(value: Callable[[Minute], float]) -> list[Series]:
        return [
            Series(
                policy, policy, [value(m) for m in rehearsal.courses[policy].minutes[first:last]]
            )
            for policy in POLICIES
        ]

    cost = [
        Series(one.name, one.style, list(accumulate(value * price for value in one.values)))
        for one in each(lambda minute: minute.paid)
    ]
    cost, beyond = _comparable(cost)
    return [
        Plot(
            f"Demand{where}",
            "Requests a second, the mean of each minute.",
            [Series("demand", "demand", demand, area=True)],
            span,
            number,
        ),
        Plot(
            f"Capacity{where}",
            "Instances that take requests.",
            each(lambda minute: minute.serving),
            span,
            number,
        ),
        Plot(
            f"Failed requests{where}",
            "Refused by a full queue, timed out, or met no instance; in each minute.",
            each(lambda minute: float(minute.failed)),
            span,
            number,
        ),
        Plot(
            f"Slow requests{where}",
            f"Answered after more than {rehearsal.scenario.service.slow:g} s; in each minute.",
            each(lambda minute: minute.slow),
            span,
            number,
        ),
        Plot(
            f"Cost{where}",
            f"Instances from when they are asked for until they are gone, added up{beyond}.",
            cost,
            span,
            lambda value: f"${value:,.0f}",
        ),
    ]


def _comparable(cost: list[Series]) -> tuple[list[Series], str]:
    """Return the costs without a fixed peak's that would press all others to the ground."""
    peak, *others = cost
    if max(peak.values) < _BEYOND * max(max(each.values) for each in others):
        return cost, ""
    return others, f"; a fixed peak costs ${max(peak.values):,.0f}, beyond this plot"


def _surge(rehearsal: Rehearsal) -> tuple[int, int] | None:
    """Return the minutes around a surge; None where the demand has none."""
    demand = rehearsal.scenario.minutes()
    highest, middle = max(demand), sorted(demand)[len(demand) // 2]
    if highest < _SURGE * max(middle, 1.0) or middle <= 0:
        return None
    busy = [minute for minute, rate in enumerate(demand) if rate > _BUSY * highest]
    around = int(_AROUND.total_seconds() // 60)
    return max(busy[0] - around, 0), min(busy[-1] + around, len(demand))
