"""Latency is compared by ranks, with a size that matters."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.judge import VariantMinute, Verdict, judge_latency, worst
from slipway.domain.judge.mann_whitney import is_larger
from slipway.domain.judge.verdict import Judgement

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def minutes(*latencies: float | None) -> list[VariantMinute]:
    return [
        VariantMinute(START + timedelta(minutes=number), 0 if value is None else 50, 0, value)
        for number, value in enumerate(latencies)
    ]


def test_three_times_slower_is_seen_in_five_minutes() -> None:
    canary = minutes(60_000, 61_000, 59_500, 62_000, 60_500)
    baseline = minutes(20_000, 20_500, 19_800, 21_000, 20_200)

    judgement = judge_latency(canary, baseline, looks=10)

    assert judgement.verdict is Verdict.FAIL
    assert "3.00 times" in judgement.reason


def test_slightly_slower_is_not_a_failure_however_certain_it_is() -> None:
    canary = minutes(*[21_000 + n for n in range(20)])
    baseline = minutes(*[20_000 + n for n in range(20)])

    assert judge_latency(canary, baseline, looks=10).verdict is Verdict.PASS


def test_minutes_without_requests_say_nothing() -> None:
    canary = minutes(60_000, None, None, 60_000, 60_000, 60_000)
    baseline = minutes(*[20_000 + n for n in range(20)])

    judgement = judge_latency(canary, baseline, looks=10)

    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "4 of the canary" in judgement.reason


def test_equal_canaries_are_rarely_stopped_in_a_whole_bake() -> None:
    source, bakes, stopped = random.Random(3), 300, 0
    for _ in range(bakes):
        ours = [source.lognormvariate(10, 0.5) for _ in range(10)]
        theirs = [source.lognormvariate(10, 0.5) for _ in range(10)]
        stopped += any(
            judge_latency(minutes(*ours[:n]), minutes(*theirs[:n]), looks=6).verdict is Verdict.FAIL
            for n in range(5, 11)
        )

    assert stopped / bakes <= 0.05


def test_a_canary_that_is_no_slower_than_the_baseline_at_its_worst_is_not_stopped() -> None:
    # Half an hour ago the baseline took as long for a while: minutes are not independent.
    history = minutes(*[20_000 + n for n in range(10)], *[31_000] * 8, *[20_000] * 8)
    canary, baseline = minutes(*[33_000 + n for n in range(8)]), history[-8:]

    assert judge_latency(canary, baseline, looks=4).verdict is Verdict.FAIL
    assert judge_latency(canary, baseline, looks=4, history=history).verdict is Verdict.PASS
    slow = minutes(*[45_000 + n for n in range(8)])
    assert judge_latency(slow, baseline, looks=4, history=history).verdict is Verdict.FAIL


@given(st.integers(1, 5), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_exact_distribution_agrees_with_counting_all_orders(
    n: int, m: int, source: random.Random
) -> None:
    values = source.sample(range(1000), n + m)
    sample, other = values[:n], values[n:]
    u = sum(x > y for x in sample for y in other)

    as_large = sum(
        sum(x > y for x in chosen for y in set(range(n + m)) - set(chosen)) >= u
        for chosen in combinations(range(n + m), n)
    )

    assert is_larger(sample, other).p_value == pytest.approx(as_large / comb(n + m, n))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_a_sample_is_not_larger_than_itself(sample: list[int]) -> None:
    found = is_larger(sample, sample)

    assert found.delta == 0
    assert found.p_value >= 0.5


def test_ties_use_the_normal_approximation() -> None:
    # By hand: mean 32, tie-corrected variance 64/12 * (17 - 420/240), z = (50 - 32 - 0.5)/9.0185.
    found = is_larger([3, 3, 3, 4, 4, 5, 5, 5], [1, 2, 3, 3, 3, 3, 4, 4])

    assert found.u == 50.0
    assert found.p_value == pytest.approx(0.02616, abs=1e-5)


def test_empty_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="need values"):
        is_larger([], [1.0])


def test_the_worst_judgement_decides_and_nothing_measured_is_no_pass() -> None:
    passed, failed, unsure = (
        Judgement("a", Verdict.PASS, ""),
        Judgement("b", Verdict.FAIL, ""),
        Judgement("c", Verdict.INCONCLUSIVE, ""),
    )

    assert worst([passed, failed, unsure]) is failed
    assert worst([passed, unsure]) is unsure
    assert worst([]).verdict is Verdict.INCONCLUSIVE
