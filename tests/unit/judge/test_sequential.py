"""The sequential test keeps what it promises: few false alarms, and it sees what it should see."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.judge import VariantMinute, Verdict, judge_error_rate
from slipway.domain.judge.error_rate import ALPHA
from slipway.domain.judge.sequential import Counts, Evidence, evidence

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def binomial(source: random.Random, requests: int, rate: float) -> int:
    return sum(source.random() < rate for _ in range(requests))


def stops(  # the false or true alarm of one bake that is looked at after every minute
    source: random.Random,
    *,
    canary: float,
    baseline: float,
    minutes: int,
    requests: tuple[int, int],
    tolerance: float,
    alpha: float = ALPHA,
) -> bool:
    theirs, ours = requests
    found = Evidence(tolerance)
    for _ in range(minutes):
        found.add(
            Counts(theirs, binomial(source, theirs, baseline), ours, binomial(source, ours, canary))
        )
        if found.e_value >= 1 / alpha:
            return True
    return False


@pytest.mark.parametrize(
    ("baseline", "tolerance", "requests"),
    [(0.01, 0.0, (60, 20)), (0.01, 0.005, (60, 20)), (0.2, 0.0, (30, 30)), (0.0, 0.005, (40, 10))],
)
def test_a_canary_at_the_edge_of_what_is_allowed_is_rarely_stopped_in_a_whole_bake(
    baseline: float, tolerance: float, requests: tuple[int, int]
) -> None:
    source, bakes, alpha = random.Random(7), 150, 0.05

    stopped = sum(
        stops(
            source,
            canary=baseline + tolerance,
            baseline=baseline,
            minutes=10,
            requests=requests,
            tolerance=tolerance,
            alpha=alpha,
        )
        for _ in range(bakes)
    )

    # Three standard errors above the nominal level: a broken test is far beyond.
    assert stopped / bakes <= alpha + 3 * (alpha * (1 - alpha) / bakes) ** 0.5


def test_three_per_cent_instead_of_one_is_seen_within_a_bake() -> None:
    source, bakes = random.Random(11), 60

    seen = sum(
        stops(
            source,
            canary=0.03,
            baseline=0.01,
            minutes=10,
            requests=(400, 250),
            tolerance=0.0,
        )
        for _ in range(bakes)
    )

    assert seen / bakes >= 0.8


def test_the_evidence_is_an_e_value_in_expectation() -> None:
    # Exactly, by enumeration: one minute, all outcomes, at several allowed pairs of rates.
    for baseline, canary, tolerance in [(0.1, 0.1, 0.0), (0.1, 0.05, 0.0), (0.02, 0.07, 0.05)]:
        total = 0.0
        for theirs in range(7):
            for ours in range(5):
                p = _pmf(6, theirs, baseline) * _pmf(4, ours, canary)
                total += p * evidence([Counts(6, theirs, 4, ours)], tolerance)
        assert total <= 1 + 1e-9


def _pmf(n: int, k: int, p: float) -> float:
    return comb(n, k) * p**k * (1 - p) ** (n - k)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 50)),
        min_size=1,
        max_size=5,
    ),
    st.floats(0, 0.2),
)
def test_more_errors_of_the_canary_never_lessen_the_evidence(
    minutes: list[tuple[int, int]], tolerance: float
) -> None:
    fine = [Counts(theirs, 0, ours, 0) for theirs, ours in minutes]
    bad = [Counts(theirs, 0, ours, ours) for theirs, ours in minutes]

    assert evidence(bad, tolerance) >= evidence(fine, tolerance) - 1e-6


def minutes_of(*counts: tuple[int, int]) -> list[VariantMinute]:
    return [
        VariantMinute(START + timedelta(minutes=number), requests, errors, 20_000.0)
        for number, (requests, errors) in enumerate(counts)
    ]


def test_a_broken_canary_fails_and_the_reason_names_both_rates() -> None:
    judgement = judge_error_rate(minutes_of((40, 40)), minutes_of((400, 2)))

    assert judgement.verdict is Verdict.FAIL
    assert "100.00% of 40 requests" in judgement.reason
    assert "0.50% of 400" in judgement.reason


def test_too_few_requests_are_inconclusive_never_a_pass() -> None:
    assert judge_error_rate(minutes_of((49, 0)), minutes_of((900, 0))).verdict is (
        Verdict.INCONCLUSIVE
    )
    assert judge_error_rate([], []).verdict is Verdict.INCONCLUSIVE


def test_a_good_canary_passes() -> None:
    judgement = judge_error_rate(minutes_of(*[(60, 0)] * 8), minutes_of(*[(600, 3)] * 8))

    assert judgement.verdict is Verdict.PASS


def test_a_minute_cannot_have_more_errors_than_requests() -> None:
    with pytest.raises(ValueError, match="3 errors of 2 requests"):
        VariantMinute(START, 2, 3)
