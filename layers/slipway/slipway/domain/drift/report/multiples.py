"""A small plot a feature: how it was in the baseline, and how it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Categories
from slipway.domain.drift.report.figures import feature_name, number, times
from slipway.domain.drift.report.notes import note_of
from slipway.domain.drift.report.shapes import Histogram, numbers, words
from slipway.domain.drift.schema import Kind
from slipway.domain.report.words import percent, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slipway.domain.drift.evidence import Comparison
    from slipway.domain.drift.report.shapes import Bar
    from slipway.domain.drift.verdict import Finding

_HEIGHT = 100
# More labels than that do not fit below a plot of a phone's width.
_MOST_LABELS = 8
# One value that so many others have, such as 0, must not flatten all others.
_SPIKE, _ABOVE_SECOND = 4, 1.6


def feature_plot(finding: Finding, comparison: Comparison, *, known: bool) -> str:
    """Return the plot of a feature.

    Parameters
    ----------
    known
        Show no category that the baseline does not name.
    """
    name = feature_name(finding.feature, finding.side)
    tone = "bad" if finding.violated else "info"
    return (
        f'<figure class="feature {tone}"><figcaption><h3>{name}</h3>'
        f'<p class="ratio">{times(finding.ratio)} limit</p></figcaption>'
        f"{_drawn(comparison, known=known)}<p>{text(note_of(comparison))}</p></figure>"
    )


def _drawn(comparison: Comparison, *, known: bool) -> str:
    values = comparison.values
    if values is None:
        return ""
    if isinstance(values, Categories):
        return _rows(words(values, known=known, named=not (known and comparison.learnt)))
    shape = numbers(values, whole=comparison.kind is Kind.INTEGRAL)
    return _histogram(shape) if isinstance(shape, Histogram) else _columns(shape)


def _rows(bars: Sequence[Bar]) -> str:
    longest = max((max(bar.before, bar.after) for bar in bars), default=0) or 1
    lines = "".join(
        f"<li><span>{text(bar.name)}</span>"
        f"<span>{percent(bar.before)} → {percent(bar.after)}</span>"
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="before" y="0" height="4" width="{100 * bar.before / longest:.1f}"/>'
        f'<rect class="now" y="5.5" height="4" width="{100 * bar.after / longest:.1f}"/></svg></li>'
        for bar in bars
    )
    return f'<ul class="categories">{lines}</ul>'


def _columns(bars: Sequence[Bar]) -> str:
    highest = max((max(bar.before, bar.after) for bar in bars), default=0) or 1
    parts = "".join(
        _column("before", place + 0.14, bar.before / highest)
        + _column("now", place + 0.52, bar.after / highest)
        for place, bar in enumerate(bars)
    )
    shown = range(len(bars)) if len(bars) <= _MOST_LABELS else (0, len(bars) - 1)
    labels = [(bars[place].name, (place + 0.5) / len(bars)) for place in shown]
    return _plot(parts, len(bars), labels, "middle")


def _column(style: str, left: float, part: float) -> str:
    height = round(_HEIGHT * part, 1)
    return (
        f'<rect class="{style}" x="{left:.2f}" y="{_HEIGHT - height:.1f}" width="0.34" '
        f'height="{height}"/>'
    )


def _histogram(shape: Histogram) -> str:
    highest, cut = _highest(shape)
    parts = "".join(
        f'<path class="{style}" d="{_stairs(part / highest for part in side)}"/>'
        for style, side in (("before", shape.before), ("now line", shape.after))
    )
    low, high = number(shape.low), number(shape.high)
    labels = [
        (f"≤ {low}" if shape.below else low, 0.0),
        (f"≥ {high}" if shape.above else high, 1.0),
    ]
    if shape.low < shape.high:
        labels.insert(1, (number((shape.low + shape.high) / 2), 0.5))
    return _plot(parts, len(shape.before), labels, "ends", cut)


def _highest(shape: Histogram) -> tuple[float, str]:
    """Return the share at the top of the plot, and what is said of a bin that is cut there."""
    peaks = [max(both) for both in zip(shape.before, shape.after, strict=True)]
    first, second = sorted(peaks, reverse=True)[:2]
    if not second or first < _SPIKE * second:
        return first or 1, ""
    place = peaks.index(first)
    words = f"{percent(shape.before[place])} → {percent(shape.after[place])}"
    side = f"left:{100 * (place + 1) / len(peaks):.1f}%"
    if place > len(peaks) / 2:
        side = f"right:{100 * (1 - place / len(peaks)):.1f}%"
    return second * _ABOVE_SECOND, f'<em style="{side}">{words}</em>'


def _stairs(parts: Iterable[float]) -> str:
    heights = (_HEIGHT * (1 - min(1.0, part)) for part in parts)
    steps = " ".join(f"V{height:.1f} H{place}" for place, height in enumerate(heights, 1))
    return f"M0 {_HEIGHT} {steps} V{_HEIGHT} Z"


def _plot(
    parts: str, width: int, labels: Sequence[tuple[str, float]], style: str, more: str = ""
) -> str:
    names = "".join(
        f'<span style="left:{100 * place:.1f}%">{text(name)}</span>' for name, place in labels
    )
    return (
        f'<div class="small {style}"><svg viewBox="0 0 {width} {_HEIGHT}" '
        f'preserveAspectRatio="none" aria-hidden="true">{parts}</svg>{names}{more}</div>'
    )
