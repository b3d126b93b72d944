"""What a profile counts, against values that were counted by hand."""

from __future__ import annotations

from math import inf, isfinite, nan, sqrt

import numpy as np
import pytest

from slipway.domain.drift.profiles import Bins, Profile, ProfilesDiffer, ProfileUnreadable
from slipway.domain.drift.profiles.stored import MAGIC
from slipway.domain.drift.troubles import Troubles
from tests.unit.drift_profiles.parts import (
    AGE,
    BINS,
    SCHEMA,
    SCORE,
    batch,
    counts,
    numbers,
    profile,
    uniform,
    words,
)


def test_a_value_on_an_edge_is_in_the_bin_below_it() -> None:
    found = profile(batch([-5, 0, 1, 10, 20, 21, 50, 51], ["free"] * 8, [0.5] * 8))
    assert counts(numbers(found)) == [2, 2, 1, 2, 1]
    assert counts(numbers(found, SCORE)) == [0, 8, 0]


def test_what_is_missing_broken_or_no_number_is_counted_apart() -> None:
    ages = [1, 2.5, nan, None, inf, -inf, 3]
    found = numbers(profile(batch(ages, ["free"] * 7, [0.5] * 7)))
    assert (found.missing, found.words, found.broken) == (2, 2, 1)
    assert (found.moments.low, found.moments.high, found.moments.count) == (1, 3, 3)
    assert found.present == 5


def test_words_among_numbers_are_counted_and_spelt_numbers_are_numbers() -> None:
    found = numbers(profile(batch(["1", " 2 ", "old", "", None, "nan"], ["free"] * 6, [0.5] * 6)))
    assert (found.moments.total, found.missing, found.words) == (3, 3, 1)


def test_moments_are_those_of_the_population() -> None:
    found = numbers(profile(batch([1, 2, 3], ["free"] * 3, [0.5] * 3), batch([4], ["x"], [1])))
    assert found.moments.mean == 2.5
    assert found.moments.deviation == pytest.approx(sqrt(1.25))


def test_enormous_numbers_stay_finite() -> None:
    most = 1.7e308
    parts = [batch([sign * most] * 3, ["x"] * 3, [0.5] * 3) for sign in (1, -1)]
    found = numbers(profile(*parts).merged(profile(*parts, *parts))).moments
    told = (found.total, found.mean, found.squares, found.deviation)
    assert all(isfinite(each) for each in told)


def test_unknown_words_are_counted_together_and_the_frequent_ones_told() -> None:
    plans = ["free", "paid", "free", "trial", "trial", "beta", None, ""]
    found = words(profile(batch([1] * 8, plans, [0.5] * 8)))
    assert found.known == {"free": 2, "paid": 1}
    assert (found.others, found.missing, found.present) == (3, 2, 6)
    assert found.frequent.most(1) == {"trial": 2}
    assert found.distinct.estimate() == 4


def test_a_column_of_names_takes_bounded_memory() -> None:
    found = profile()
    for start in range(0, 40_000, 2000):
        names = [f"name {number}" for number in range(start, start + 2000)]
        found.add(batch([1] * 2000, names, [0.5] * 2000))
    assert words(found).others == 40_000
    assert words(found).distinct.estimate() == pytest.approx(40_000, rel=0.06)
    assert len(words(found).frequent.to_bytes()) < 100_000


@pytest.mark.parametrize("distinct", [1, 2, 30, 1000, 20_000, 300_000])
def test_different_numbers_are_estimated(distinct: int) -> None:
    found = profile(batch([*range(distinct)], ["free"] * distinct, [0.0] * distinct))
    assert numbers(found).distinct.estimate() == pytest.approx(distinct, rel=0.05)
    assert numbers(found, SCORE).distinct.estimate() == 1


def test_both_zeros_are_one_number() -> None:
    found = numbers(profile(batch([0.0, -0.0], ["x"] * 2, [0.5] * 2)))
    assert found.distinct.estimate() == 1


def test_without_bins_numbers_are_sketched_within_the_sketchs_bound() -> None:
    parts = [uniform(20_000, seed) for seed in range(4)]
    found = numbers(profile(*parts, bins=Bins()), SCORE)
    assert found.counts is None
    assert found.sketch is not None
    values, weights = found.sketch.weighted()
    assert weights.sum() == 80_000
    exact = np.sort(np.concatenate([each.outputs["score"].to_numpy() for each in parts]))
    ranks = np.searchsorted(exact, values, side="right") / exact.size
    assert np.abs(ranks - np.cumsum(weights) / exact.size).max() < found.sketch.error


def test_few_values_are_sketched_exactly() -> None:
    found = numbers(profile(batch([3, 1, 2], ["x"] * 3, [0.5] * 3), bins=Bins()))
    assert found.sketch is not None
    assert found.sketch.error == 0
    assert found.sketch.weighted()[0].tolist() == [1, 2, 3]


def test_bins_of_other_columns_are_not_the_profiles() -> None:
    more = Bins({**BINS.edges, ("input", "height"): (1.0,)}, BINS.categories)
    assert profile(bins=more).bins == BINS


def test_profiles_with_other_bins_or_columns_do_not_add_up() -> None:
    for bins in (Bins(), Bins({AGE: (1.0,)}, {})):
        with pytest.raises(ProfilesDiffer, match="different baselines"):
            profile().merged(profile(bins=bins))


def test_a_file_holds_everything() -> None:
    for bins in (BINS, Bins()):
        found = profile(uniform(5000, 1), batch([None, "x"], [None, "y"], [1, 2]), bins=bins)
        found.troubles = Troubles({"malformed": 3}, {"age": 1}, {"column 4": 2})
        again = Profile.from_bytes(found.to_bytes())
        assert again.to_bytes() == found.to_bytes()
        assert again.bins == found.bins
        assert again.merged(found).rows == 2 * found.rows
        assert again.troubles == found.troubles
        assert again.schema == SCHEMA


@pytest.mark.parametrize(
    ("content", "words_told"),
    [
        (b"", "no profile"),
        (b"PK\x03\x04", "no profile"),
        (MAGIC + b"1\nnothing", "damaged"),
        (MAGIC + b"2\n", "version 2"),
    ],
)
def test_other_files_are_refused(content: bytes, words_told: str) -> None:
    with pytest.raises(ProfileUnreadable, match=words_told):
        Profile.from_bytes(content)


def test_a_cut_off_file_is_refused() -> None:
    content = profile(uniform(100, 1)).to_bytes()
    for length in range(20, len(content), 97):
        with pytest.raises(ProfileUnreadable, match="damaged"):
            Profile.from_bytes(content[:length])
