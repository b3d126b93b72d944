"""Plots as inline SVG, with their labels as HTML, so that text keeps its size on every screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.report.scales import HEIGHT, WIDTH, Scale, Span
from slipway.domain.report.words import clock, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

MINUTE = timedelta(minutes=1)
# Where a minute or more is missing, the line breaks: nothing was measured there.
_GAP = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot.

    Parameters
    ----------
    style : str
        Class of the stylesheet, such as ``canary``.
    steps : bool
        Whether a value holds until the next one, instead of lasting a minute.
    """

    name: str
    style: str
    points: Sequence[tuple[datetime, float]]
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that every plot shows."""

    at: datetime
    label: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot over time.

    Parameters
    ----------
    say : callable
        Writes a value of the scale.
    tips : sequence of (datetime, str)
        What a minute says under the pointer.
    """

    title: str
    caption: str
    lines: Sequence[Line]
    span: Span
    scale: Scale
    say: Callable[[float], str]
    marks: Sequence[Mark] = ()
    tips: Sequence[tuple[datetime, str]] = field(default=())

    def html(self) -> str:
        """Return the figure."""
        return (
            f'<figure class="card"><figcaption><h3>{text(self.title)}</h3>'
            f"<p>{text(self.caption)}</p>{self._legend()}</figcaption>"
            f'<div class="plot">{self._svg()}{self._labels()}</div></figure>'
        )

    def _legend(self) -> str:
        keys = "".join(
            f'<li class="{line.style}"><i></i>{text(line.name)}</li>' for line in self.lines
        )
        return f'<ul class="legend">{keys}</ul>' if len(self.lines) > 1 else ""

    def _svg(self) -> str:
        parts = "".join(
            [*self._grid(), *self._marks(), *map(self._path, self.lines), *self._tips()]
        )
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
            f'aria-label="{text(self.title)}. {text(self.caption)}">{parts}</svg>'
        )

    def _grid(self) -> Iterator[str]:
        for value in self.scale.lines():
            y = self.scale.y(value)
            style = "axis" if value == 0 else "grid"
            yield f'<line class="{style}" x1="0" x2="{WIDTH}" y1="{y}" y2="{y}"/>'

    def _marks(self) -> Iterator[str]:
        for mark in self.marks:
            x = self.span.x(mark.at)
            yield f'<line class="mark {mark.tone}" x1="{x}" x2="{x}" y1="0" y2="{HEIGHT}"/>'

    def _path(self, line: Line) -> str:
        path = self._stairs(line) if line.steps else self._curve(line)
        if not line.steps:
            return f'<path class="line {line.style}" d="{path}"/>'
        closed = f"{path} V{HEIGHT} H{self.span.x(line.points[0][0])} Z" if line.points else ""
        return (
            f'<path class="area {line.style}" d="{closed}"/>'
            f'<path class="line {line.style}" d="{path}"/>'
        )

    def _stairs(self, line: Line) -> str:
        path, first = [], True
        for moment, value in line.points:
            x, y = self.span.x(moment), self.scale.y(value)
            path.append(f"M{x} {y}" if first else f"H{x} V{y}")
            first = False
        return " ".join([*path, f"H{WIDTH}"]) if path else ""

    def _curve(self, line: Line) -> str:
        path, before = [], None
        for moment, value in line.points:
            place = f"{self.span.x(moment + MINUTE / 2)} {self.scale.y(value)}"
            joined = before is not None and moment - before <= _GAP
            # A line to itself shows a lone minute as a dot.
            path.append(f"L{place}" if joined else f"M{place} L{place}")
            before = moment
        return " ".join(path)

    def _tips(self) -> Iterator[str]:
        for moment, words in self.tips:
            left, right = self.span.x(moment), self.span.x(moment + MINUTE)
            yield (
                f'<rect class="tip" x="{left}" y="0" width="{max(0.0, round(right - left, 1))}" '
                f'height="{HEIGHT}"><title>{text(words)}</title></rect>'
            )

    def _labels(self) -> str:
        values = "".join(
            f'<span class="y" style="bottom:{100 * value / self.scale.top:.1f}%">'
            f"{text(self.say(value))}</span>"
            for value in self.scale.lines()
        )
        times = "".join(
            f'<span class="x" style="left:{100 * self.span.share(tick):.1f}%">{clock(tick)}</span>'
            for tick in self.span.ticks()
        )
        marks = "".join(
            f'<span class="at {mark.tone}" style="left:{100 * self.span.share(mark.at):.1f}%">'
            f"{text(mark.label)}</span>"
            for mark in self.marks
            if mark.label
        )
        return values + times + marks
