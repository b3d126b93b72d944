"""The simulations behind the figures of `make bench`, in a small slice."""

from __future__ import annotations

import random
from statistics import median

from benchmarks.judge_power import NOMINAL, WANDERING, Traffic, power, stopped
from benchmarks.user_errors import SEEDS, Case, guarded, judged


def test_good_versions_are_stopped_less_often_than_the_nominal_level() -> None:
    assert stopped(Traffic(), bakes=40) <= NOMINAL


def test_nor_are_they_where_each_minute_resembles_the_one_before() -> None:
    assert stopped(Traffic(wander=WANDERING), bakes=60) <= NOMINAL
    assert stopped(Traffic(slower=3.0, wander=WANDERING), bakes=15) >= 0.9


def test_three_per_cent_instead_of_one_is_seen_in_a_bake_with_a_quarter_of_the_traffic() -> None:
    seen, minutes = power(0.25, bakes=15)
    assert seen >= 0.6
    assert minutes <= 10


def test_a_subtly_bad_version_fails_at_most_a_third_of_what_the_guardrail_lets_through() -> None:
    for fleet in (20, 2):
        case, seeds = Case(fleet), [random.Random(seed) for seed in range(SEEDS)]
        ours = median(judged(case, source) for source in seeds)
        assert ours <= median(guarded(case, source) for source in seeds) / 3
