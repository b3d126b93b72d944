"""The plots: demand, capacity, failed and slow requests, cost. Pure.

As in a release's report, a plot is SVG stretched to whatever room there is, with its labels as
HTML beside it, so that text keeps its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from rehearsal.results import POLICIES
from slipway.domain.report.scales import HEIGHT, WIDTH, Scale, Span
from slipway.domain.report.words import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rehearsal.course import Minute
    from rehearsal.results import Rehearsal

_AROUND = timedelta(minutes=25)
_BUSY = 0.5
_SHORT_DAYS = 2
_TICKS_OF_DAYS = 8
# A scenario whose busiest moment is no surge needs no closer look.
_SURGE = 2.5
# A cost so many times all others' is told, not drawn.
_BEYOND = 2.0


@dataclass(frozen=True)
class Series:
    """One line.

    Attributes
    ----------
    style
        Class of the stylesheet.
    area
        Whether what is below it is shaded.
    """

    name: str
    style: str
    values: Sequence[float]
    area: bool = False


@dataclass(frozen=True)
class Plot:
    """Values of each minute over a span.

    Attributes
    ----------
    first
        The number of the first minute.
    """

    title: str
    caption: str
    series: Sequence[Series]
    span: Span
    say: Callable[[float], str]
    first: int = 0

    def html(self) -> str:
        """Return the figure."""
        highest = max((max(each.values, default=0.0) for each in self.series), default=0.0)
        scale = Scale.up_to(max(highest, 1.0))
        lines = "".join(self._path(each, scale) for each in self.series)
        label = text(f"{self.title}. {self.caption}")
        return (
            f'<figure class="card"><figcaption><h3>{text(self.title)}</h3>'
            f"<p>{text(self.caption)}</p>{self._legend()}</figcaption>"
            f'<div class="plot"><svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" '
            f'role="img" aria-label="{label}">{_grid(scale)}{lines}</svg>'
            f"{''.join(self._labels(scale))}</div></figure>"
        )

    def _legend(self) -> str:
        keys = "".join(f'<li class="{each.style}"><i></i>{each.name}</li>' for each in self.series)
        return f'<ul class="legend">{keys}</ul>' if len(self.series) > 1 else ""

    def _path(self, series: Series, scale: Scale) -> str:
        stairs = "".join(self._stairs(series.values, scale))
        if not stairs:
            return ""
        line = f'<path class="line {series.style}" d="{stairs}"/>'
        if not series.area:
            return line
        return f'<path class="area {series.style}" d="{stairs}V{HEIGHT}H0Z"/>{line}'

    def _stairs(self, values: Sequence[float], scale: Scale) -> Iterator[str]:
        """Draw minute by minute; what stays the same is one line."""
        width, before = WIDTH / max(len(values), 1), None
        for number, value in enumerate(values):
            y = scale.y(value)
            if y != before:
                x = round(number * width, 2)
                yield f"M{x:g} {y:g}" if before is None else f"H{x:g}V{y:g}"
            before = y
        if values:
            yield f"H{WIDTH}"

    def _labels(self, scale: Scale) -> Iterator[str]:
        for value in scale.lines():
            bottom = 100 * value / scale.top
            yield f'<span class="y" style="bottom:{bottom:.1f}%">{text(self.say(value))}</span>'
        for moment, words in _ticks(self.span):
            left = 100 * self.span.share(moment)
            yield f'<span class="x" style="left:{left:.1f}%">{words}</span>'


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


def _grid(scale: Scale) -> str:
    return "".join(
        f'<line class="{"axis" if value == 0 else "grid"}" x1="0" x2="{WIDTH}" '
        f'y1="{scale.y(value):g}" y2="{scale.y(value):g}"/>'
        for value in scale.lines()
    )


def _ticks(span: Span) -> list[tuple[datetime, str]]:
    if span.end - span.begin <= timedelta(days=_SHORT_DAYS):
        return [(moment, f"{moment:%H:%M}") for moment in span.ticks()]
    midnight = span.begin.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (span.end - midnight).days
    step = max(-(-days // _TICKS_OF_DAYS), 1)
    found = [midnight + timedelta(days=day) for day in range(0, days + 1, step)]
    return [(day, f"{day:%a %-d}") for day in found if span.begin <= day < span.end]


def number(value: float) -> str:
    """Write a number short enough for an axis."""
    return f"{value / 1000:g}k" if value >= 10_000 else f"{value:,g}"  # noqa: PLR2004 - five digits
