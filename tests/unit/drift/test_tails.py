from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.drift.tails import (
    at_least,
    chi_square_tail,
    kolmogorov_tail,
    more_often,
    normal_tail,
)


@pytest.mark.parametrize(
    ("statistic", "freedom", "expected"),
    [
        # Abramowitz and Stegun, table 26.8: percentage points.
        (3.84146, 1, 0.05),
        (18.3070, 10, 0.05),
        (23.2093, 10, 0.01),
        (43.8202, 19, 0.001),
        (124.342, 100, 0.05),
        (149.449, 100, 0.001),
        (0.0157908, 1, 0.9),
        (70.0649, 100, 0.99),
    ],
)
def test_chi_square_agrees_with_the_tables(statistic: float, freedom: int, expected: float) -> None:
    assert chi_square_tail(statistic, freedom) == pytest.approx(expected, rel=2e-4)


@given(st.floats(min_value=0.001, max_value=1500))
def test_chi_square_of_one_degree_is_a_squared_normal(statistic: float) -> None:
    expected = 2 * normal_tail(statistic**0.5)
    assert chi_square_tail(statistic, 1) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(st.floats(min_value=0, max_value=1e9), st.integers(min_value=0, max_value=20_000))
def test_chi_square_is_a_probability(statistic: float, freedom: int) -> None:
    assert 0 <= chi_square_tail(statistic, freedom) <= 1


@pytest.mark.parametrize(
    ("value", "expected"),
    # N. Smirnov's table of 1948, and the usual critical values.
    [(1.2238, 0.1), (1.3581, 0.05), (1.6276, 0.01), (1.9495, 0.001), (0.8276, 0.5), (0.5712, 0.9)],
)
def test_kolmogorov_agrees_with_the_tables(value: float, expected: float) -> None:
    assert kolmogorov_tail(value) == pytest.approx(expected, rel=2e-3)


@given(st.floats(min_value=0, max_value=50), st.floats(min_value=0, max_value=50))
def test_kolmogorov_falls(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= kolmogorov_tail(high) <= kolmogorov_tail(low) + 1e-12 <= 1 + 1e-12


def test_fishers_lady_drinks_tea() -> None:
    # R. A. Fisher, "The Design of Experiments" (1935): all four of four, and three of four.
    assert more_often(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert more_often(3, 4, 1, 4) == pytest.approx(17 / 70)


@given(*(st.integers(min_value=0, max_value=40) for _ in range(4)))
def test_a_surplus_is_as_likely_as_counting_every_case_says(a: int, b: int, c: int, d: int) -> None:
    count, of = min(a, b), max(a, b)
    reference, reference_of = min(c, d), max(c, d)
    cases, everything = count + reference, of + reference_of
    ways = sum(
        comb(cases, k) * comb(everything - cases, of - k)
        for k in range(count, min(cases, of) + 1)
        if of - k <= everything - cases
    )
    expected = ways / comb(everything, of)
    assert more_often(count, of, reference, reference_of) == pytest.approx(expected, rel=1e-9)


@given(
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=0, max_value=60),
    st.floats(min_value=0, max_value=1),
)
def test_cases_of_a_known_share_are_binomial(a: int, b: int, share: float) -> None:
    count, of = min(a, b), max(a, b)
    expected = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))
    assert at_least(count, of, share) == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_large_samples_take_no_time_and_stay_probabilities() -> None:
    assert more_often(60_000, 1_000_000, 500_000, 10_000_000) == pytest.approx(0, abs=1e-300)
    assert 0.4 < more_often(50_000, 1_000_000, 500_000, 10_000_000) < 0.6
    assert at_least(990_000, 1_000_000, 0.5) == 0


def test_far_fewer_than_expected_is_no_surplus() -> None:
    assert more_often(50_000, 1_000_000, 600_000, 10_000_000) == pytest.approx(1)
    assert at_least(400_000, 1_000_000, 0.5) == pytest.approx(1)
