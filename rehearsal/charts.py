"""A plot of values by the minute. Pure.

As in a release's report, a plot is SVG stretched to whatever room there is, with its labels as
HTML beside it, so that text keeps its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.report.scales import HEIGHT, WIDTH, Scale, Span
from slipway.domain.report.words import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_SHORT_DAYS = 2
_TICKS_OF_DAYS = 8
_LONG = 10_000


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
    return f"{value / 1000:g}k" if value >= _LONG else f"{value:,g}"
