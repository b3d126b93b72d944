"""A baseline of training data: exact counts, edges that tell values apart, and clear refusals."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from math import fsum, sqrt
from statistics import fmean

import numpy as np
import pytest

from slipway.domain.drift.baseline import Baseline, BaselineUnreadable, csv_file
from slipway.domain.drift.baseline.edges import BUCKETS, edges_of
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.words import Words
from tests.unit.drift_baseline.made import baseline, csv, rows, source_of

LINES = rows(5000)


def numbers(known: Baseline, name: str) -> Numbers:
    feature = known.columns[name].feature
    assert isinstance(feature, Numbers)
    return feature


def test_columns_have_the_kinds_of_their_values() -> None:
    kinds = {name: each.kind.value for name, each in baseline().columns.items()}
    assert kinds == {
        "age": "Integral",
        "income": "Fractional",
        "plan": "String",
        "churned": "Integral",
    }


def test_statistics_are_those_of_the_values() -> None:
    known = numbers(baseline(), "income")
    values = [float(line.split(",")[1]) for line in LINES]
    mean = fmean(values)
    assert known.moments.mean == pytest.approx(mean, rel=1e-12)
    assert known.moments.total == pytest.approx(fsum(values), rel=1e-12)
    deviation = sqrt(fsum((each - mean) ** 2 for each in values) / len(values))
    assert known.moments.deviation == pytest.approx(deviation, rel=1e-9)
    assert (known.moments.low, known.moments.high) == (min(values), max(values))


def test_counts_between_edges_are_exact_and_fine() -> None:
    known = numbers(baseline(), "income")
    assert known.counts is not None
    assert known.edges is not None
    values = np.sort([float(line.split(",")[1]) for line in LINES])
    below = np.searchsorted(values, known.edges, side="right")
    assert np.cumsum(known.counts)[:-1].tolist() == below.tolist()
    assert known.counts.max() / known.counts.sum() < 0.004
    assert 900 < known.edges.size < 1100


def test_every_value_of_few_has_a_bin_of_its_own() -> None:
    known = baseline()
    edges = set(known.edges("churned"))
    assert {0.0, 1.0} <= edges
    ages = Counter(float(line.split(",")[0]) for line in LINES)
    assert {age for age, count in ages.items() if count > 10} <= set(known.edges("age"))
    assert known.edges("plan") == ()


def test_a_frequent_value_among_many_is_told_from_those_just_below_it() -> None:
    values = np.sort(np.concatenate([np.zeros(3000), np.random.default_rng(1).normal(size=4000)]))
    edges = edges_of(values, np.ones(values.size, np.int64), values[0], values[-1])
    place = edges.index(0.0)
    assert -1e-300 < edges[place - 1] < 0


def test_edges_reach_beyond_the_baseline_and_hold_the_bounds_of_buckets() -> None:
    edges = edges_of(np.array([10.0, 20.0]), np.array([5, 5]), 10.0, 20.0)
    assert edges[0] < -1000
    assert edges[-1] > 1000
    assert list(edges) == sorted(set(edges))
    for number in range(1, BUCKETS):
        assert np.nextafter(10.0 + number, -np.inf) in edges


@pytest.mark.parametrize("value", [0.0, 7.0, -1e308, 1e308, 5e-324])
def test_a_constant_has_edges_too(value: float) -> None:
    edges = edges_of(np.array([value]), np.array([9]), value, value)
    assert value in edges
    assert len(edges) > 10


def test_a_range_wider_than_any_number_can_be_written_and_read() -> None:
    known = Baseline.from_csv(source_of(csv(["-1.5e308,1", "1.5e308,2"] * 9, "a,b")))
    told = json.loads(json.dumps(known.statistics(), allow_nan=False))
    buckets = told["features"][0]["numerical_statistics"]["distribution"]["kll"]["buckets"]
    assert [each["count"] for each in buckets] == [9, *[0] * 8, 9]
    assert Baseline.from_json(known.to_json()).bins == known.bins


@pytest.mark.parametrize("piece", [13, 1000, 1 << 20])
def test_quoted_texts_with_line_breaks_and_missing_values_are_read(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "TEXT_BYTES", 60)
    text = "\ufeff" + csv(['1,"a, ""b""\nc"', "2,x", ",", '4,"x"'] * 20, "n,text")
    for content in (text.encode(), gzip.compress(text.encode())):
        known = Baseline.from_csv(source_of(content, piece))
        feature = known.columns["text"].feature
        assert isinstance(feature, Words)
        assert feature.known == {"x": 40, 'a, "b"\nc': 20}
        assert (feature.missing, numbers(known, "n").missing, known.rows) == (20, 20, 80)


def test_a_word_far_down_makes_a_column_of_words() -> None:
    known = Baseline.from_csv(source_of(csv([*["1,2"] * 3000, "x,2.5"], "a,b")))
    assert [each.kind.value for each in known.columns.values()] == ["String", "Fractional"]
    feature = known.columns["a"].feature
    assert isinstance(feature, Words)
    assert feature.known == {"1": 3000, "x": 1}


def test_values_that_begin_late_decide_the_kind() -> None:
    known = Baseline.from_csv(source_of(csv([*[",1"] * 3000, "7,2"], "a,b")))
    assert [each.kind.value for each in known.columns.values()] == ["Integral", "Integral"]
    assert numbers(known, "a").missing == 3000


def test_a_column_without_any_value_is_unknown() -> None:
    known = Baseline.from_csv(source_of(csv([",1"] * 30, "a,b")))
    assert known.columns["a"].kind.value == "Unknown"
    assert known.columns["a"].feature.missing == 30


def test_names_and_texts_are_no_categories() -> None:
    known = Baseline.from_csv(source_of(csv([f"user {n},x" for n in range(3000)], "name,b")))
    feature = known.columns["name"].feature
    assert isinstance(feature, Words)
    assert len(feature.known) <= 1000
    assert feature.present == 3000
    assert known.columns["name"].domain is None
    assert known.columns["b"].domain == {"x"}


@pytest.mark.parametrize(
    ("text", "label", "message"),
    [
        ("", None, "is empty"),
        ("a,b\n", None, "no rows"),
        ("1,2\n3,4\n", None, "has to name the columns"),
        ("a,a\n1,2\n", None, "Two columns have the name 'a'"),
        (",b\n1,2\n", None, "Column 1 has no name"),
        ("a,b\n1,2\n3\n", None, "names 2 columns, but 1 rows"),
        ("a,b\n1,2,3\n", None, "names 2 columns, but 1 rows"),
        ('a,b\n1,"2\n3,4\n', None, "quoted value"),
        (b"a,b\n\xff,2\n", None, "not UTF-8"),
        (gzip.compress(b"a,b\n1,2\n" * 50, mtime=0)[:-12], None, "ends too early"),
        ("a,b\n1,2\n", "c", "'c' is no column of the baseline: a, b"),
    ],
)
def test_what_is_no_baseline_is_refused_in_clear_words(
    text: str | bytes, label: str | None, message: str
) -> None:
    with pytest.raises(BaselineUnreadable, match=message):
        Baseline.from_csv(source_of(text), label=label)


def test_its_own_file_holds_everything_exactly() -> None:
    known = baseline()
    again = Baseline.from_json(known.to_json())
    assert again.to_json() == known.to_json()
    assert again.bins == known.bins
    assert again.label == "churned"
    assert again.statistics() == known.statistics()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no baseline"),
        (b"[]", "no baseline"),
        (b'{"version": 1}', "no baseline"),
        (b'{"version": 2, "anything": 1}', "version 2"),
    ],
)
def test_other_files_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(BaselineUnreadable, match=message):
        Baseline.from_json(content)
