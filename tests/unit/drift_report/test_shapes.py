"""Small plots hold what the counts hold."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.drift.evidence import Binned, Categories
from slipway.domain.drift.report.shapes import Histogram, numbers, words

COUNTS = st.integers(0, 10**6)


@st.composite
def binned(draw: st.DrawFn) -> Binned:
    finite = st.floats(-1e9, 1e9, allow_nan=False)
    edges = sorted(draw(st.sets(finite, min_size=1, max_size=40)))
    sides = [draw(st.lists(COUNTS, min_size=len(edges) + 1, max_size=len(edges) + 1)) for _ in "ab"]
    return Binned(tuple(edges), *map(tuple, sides))


# A busy machine is no failure.
@settings(deadline=None)
@given(binned(), st.booleans())
def test_no_share_is_lost(values: Binned, whole: bool) -> None:
    shape = numbers(values, whole=whole)
    if isinstance(shape, Histogram):
        sides = [shape.before, shape.after]
    else:
        sides = [[bar.before for bar in shape], [bar.after for bar in shape]]
    for side, counts in zip(sides, (values.reference, values.current), strict=True):
        assert sum(side) == pytest.approx(1.0 if any(counts) else 0.0)
        assert min(side) >= 0


def test_few_whole_numbers_are_shown_each_by_itself() -> None:
    bars = numbers(Binned((0.0, 1.0), (80, 20, 0), (50, 40, 10)), whole=True)
    assert not isinstance(bars, Histogram)
    assert [(bar.name, bar.before, bar.after) for bar in bars] == [
        ("0", 0.8, 0.5),
        ("1", 0.2, 0.4),
        ("> 1", 0.0, 0.1),
    ]


def test_a_few_far_values_do_not_press_all_others_into_one_bin() -> None:
    edges = (*map(float, range(0, 100)), 1e9)
    counts = (0, *[100] * 99, 1, 0)
    shape = numbers(Binned(edges, counts, counts), whole=False)
    assert isinstance(shape, Histogram)
    assert shape.high < 100
    assert shape.above
    inner = shape.before[1:-1]
    assert max(inner) < 1.2 * min(inner)


def test_what_lies_beyond_the_baseline_is_told() -> None:
    shape = numbers(Binned((0.5, 1.5), (1, 9, 0), (0, 6, 4)), whole=False)
    assert isinstance(shape, Histogram)
    assert shape.beyond == pytest.approx(0.4)
    assert shape.above


def test_the_bins_follow_the_density() -> None:
    shape = numbers(Binned((0.0, 10.0, 20.0), (0, 90, 10, 0), (0, 10, 90, 0)), whole=False)
    assert isinstance(shape, Histogram)
    assert all(left >= right - 1e-9 for left, right in pairwise(shape.before[:-1]))


CATEGORIES = Categories({"a": 60, "b": 40}, {"a": 10, "b": 40, "of a user": 50}, 0, 0)


def test_categories_that_the_baseline_does_not_know_are_not_named() -> None:
    bars = words(CATEGORIES, known=True)
    assert [bar.name for bar in bars] == ["a", "b", "others"]
    assert bars[-1].after == pytest.approx(0.5)


def test_they_are_named_where_that_is_wanted() -> None:
    assert [bar.name for bar in words(CATEGORIES, known=False)] == ["a", "of a user", "b"]


def test_of_many_categories_the_most_frequent_are_shown() -> None:
    many = {f"c{number:02}": 100 - number for number in range(50)}
    bars = words(Categories(many, many), known=True)
    assert [bar.name for bar in bars[:2]] == ["c00", "c01"]
    assert len(bars) == 7
    assert sum(bar.before for bar in bars) == pytest.approx(1)
