"""From counts on about a thousand edges to the few bars that a small plot can show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from slipway.domain.drift.report.curves import Curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.evidence import Binned, Categories

_BINS = 32
_MOST_VALUES = 20
_MOST_WORDS = 6
# What lies beyond this share of both sides goes into the outermost bins, or a few far values
# would press all others into one.
_TAIL = 0.005


@dataclass(frozen=True, slots=True)
class Bar:
    """A value or a category, with its share of the baseline and of the window, 0 to 1."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Shares in bins of equal width from `low` to `high`.

    Attributes
    ----------
    below, above
        Whether the first and the last bin also hold what lies further out.
    beyond
        The window's share above everything that the baseline holds.
    """

    low: float
    high: float
    before: tuple[float, ...]
    after: tuple[float, ...]
    below: bool
    above: bool
    beyond: float


def numbers(values: Binned, *, whole: bool) -> Histogram | tuple[Bar, ...]:
    """Return what to draw for numbers: a bar a value where there are few, else a histogram.

    Parameters
    ----------
    whole
        Whether the feature holds whole numbers only.
    """
    if whole and _countable(values.edges):
        return _by_value(values)
    return _histogram(values)


def words(values: Categories, *, known: bool, named: bool = True) -> tuple[Bar, ...]:
    """Return a bar a category, the most frequent first, and one for all others.

    Parameters
    ----------
    known
        Show only what the baseline names: what it does not know was written by users.
    named
        Name them; else they are numbered.
    """
    sides = _shares(values)
    names = [name for name in sides if not known or name in values.reference]
    names.sort(key=lambda name: (-max(sides[name]), name))
    bars = [
        Bar(name if named else f"word {place}", *sides[name])
        for place, name in enumerate(names[:_MOST_WORDS], 1)
    ]
    rest = (max(0.0, 1 - sum(bar.before for bar in bars)), max(0.0, 1 - sum(b.after for b in bars)))
    # Shares that are there only because floats do not add up to 1 are none.
    return (*bars, Bar("others", *rest)) if max(rest) > 1e-9 else tuple(bars)  # noqa: PLR2004 - above


def _shares(values: Categories) -> dict[str, tuple[float, float]]:
    before = sum(values.reference.values()) + values.other_reference or 1
    now = sum(values.current.values()) + values.other_current or 1
    return {
        name: (values.reference.get(name, 0) / before, values.current.get(name, 0) / now)
        for name in {*values.reference, *values.current}
    }


def _countable(edges: Sequence[float]) -> bool:
    """Tell whether each edge is a value of its own, as codes and counts are."""
    if not 1 <= len(edges) <= _MOST_VALUES or any(not edge.is_integer() for edge in edges):
        return False
    return len(edges) == 1 or median(b - a for a, b in pairwise(edges)) == 1


def _by_value(values: Binned) -> tuple[Bar, ...]:
    before, now = _portions(values.reference), _portions(values.current)
    names = [f"{edge:,.0f}" for edge in values.edges] + [f"> {values.edges[-1]:,.0f}"]
    bars = tuple(map(Bar, names, before, now))
    return bars if bars[-1].before or bars[-1].after else bars[:-1]


def _histogram(values: Binned) -> Histogram:
    sides = _portions(values.reference), _portions(values.current)
    if len(values.edges) < 2:  # noqa: PLR2004 - one edge has no width
        edge = values.edges[0] if values.edges else 0.0
        halves = [(side[0], sum(side[1:])) for side in sides]
        return Histogram(edge, edge, halves[0], halves[1], True, True, halves[1][1])
    curves = [Curve(values.edges, side) for side in sides]
    known = [curve for curve in curves if not curve.empty] or curves
    low = min(curve.quantile(_TAIL) for curve in known)
    high = max(curve.quantile(1 - _TAIL) for curve in known)
    if low >= high:
        low, high = values.edges[0], values.edges[-1]
    return Histogram(
        low=low,
        high=high,
        before=curves[0].bins(low, high, _BINS),
        after=curves[1].bins(low, high, _BINS),
        below=low > values.edges[0] or sides[1][0] > sides[0][0],
        above=high < values.edges[-1] or sides[1][-1] > 0,
        beyond=sides[1][-1],
    )


def _portions(counts: Sequence[int]) -> list[float]:
    whole = sum(counts) or 1
    return [count / whole for count in counts]
