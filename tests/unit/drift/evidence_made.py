"""Comparisons for tests: of counts, and of numbers drawn at random."""

from __future__ import annotations

import functools
from bisect import bisect_left
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from slipway.domain.drift.evidence import Binned, Categories, Comparison
from slipway.domain.drift.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence


def numbers(reference: Sequence[int], current: Sequence[int], **others: Any) -> Comparison:
    """Compare counts of bins whose edges are 1, 2, 3 and so on."""
    edges = tuple(float(edge) for edge in range(1, len(reference)))
    values = Binned(edges, tuple(reference), tuple(current))
    return compared("age", Kind.FRACTIONAL, values, sum(reference), sum(current), **others)


def words(reference: dict[str, int], current: dict[str, int], **others: Any) -> Comparison:
    values = Categories(reference, current)
    sizes = sum(reference.values()), sum(current.values())
    return compared("plan", Kind.STRING, values, *sizes, **others)


def compared(  # the arguments of what is compared, with the rest by default
    feature: str,
    kind: Kind,
    values: Binned | Categories | None,
    before: int,
    now: int,
    **others: Any,
) -> Comparison:
    given = {
        "feature": feature,
        "side": "input",
        "kind": kind,
        "values": values,
        "reference_present": before,
        "reference_missing": 0,
        "current_present": now,
        "current_missing": 0,
    }
    return Comparison(**(given | others))


def drawn(
    reference: Sequence[float], current: Sequence[float], *, most: int = 200, **others: Any
) -> Comparison:
    """Count numbers on quantiles of the first sample, as profiles do."""
    edges, before, mean, deviation = _described(tuple(reference), most)
    values = Binned(edges, before, counted(edges, current))
    return compared(
        "age",
        Kind.FRACTIONAL,
        values,
        len(reference),
        len(current),
        reference_mean=mean,
        reference_std=deviation,
        current_mean=fmean(current),
        current_std=pstdev(current),
        **others,
    )


@functools.cache
def _described(
    reference: tuple[float, ...], most: int
) -> tuple[tuple[float, ...], tuple[int, ...], float, float]:
    ordered = sorted(reference)
    edges = tuple(sorted({ordered[len(ordered) * place // most] for place in range(most)}))
    return edges, counted(edges, reference), fmean(reference), pstdev(reference)


def counted(edges: Sequence[float], values: Sequence[float]) -> tuple[int, ...]:
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[bisect_left(edges, value)] += 1
    return tuple(counts)


def swapped(comparison: Comparison) -> Comparison:
    """Return the same with baseline and window exchanged."""
    values = comparison.values
    if isinstance(values, Binned):
        return numbers(values.current, values.reference)
    assert values is not None
    return words(dict(values.current), dict(values.reference))


_COUNTS = st.integers(min_value=0, max_value=2000)


@st.composite
def bins(draw: st.DrawFn) -> Comparison:
    size = draw(st.integers(min_value=2, max_value=40))
    sides = [draw(st.lists(_COUNTS, min_size=size, max_size=size)) for _ in range(2)]
    return numbers(*sides)


@st.composite
def categories(draw: st.DrawFn) -> Comparison:
    names = st.sampled_from("abcdefghijklmnop")
    sides = [draw(st.dictionaries(names, _COUNTS, max_size=12)) for _ in range(2)]
    return words(*sides)


ANY = st.one_of(bins(), categories())
