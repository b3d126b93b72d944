"""Known counts, fixed fleets and the oracle."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rehearsal.course import Plan, Step, play, steps_of
from rehearsal.delays import minute_delays
from rehearsal.fixed import fixed_base, fixed_peak
from rehearsal.loading import named
from rehearsal.noise import Noise
from rehearsal.oracle import least, oracle, paid_minutes

if TYPE_CHECKING:
    from rehearsal.scenario import Scenario

NOISE = Noise(1)


def short(*minutes: float) -> Scenario:
    """A demand in requests per second, minute by minute."""
    rates = array("d", (rate for rate in minutes for _ in range(60)))
    return replace(named("flash-crowd"), rates=rates)


def test_instances_cost_from_when_they_are_asked_for() -> None:
    steps = steps_of([2, 2, 2, 5, 5, 1], [90] * 6)
    assert steps == [Step(0, 2, 2), Step(90, 2, 5), Step(180, 5, 5), Step(300, 1, 1)]
    course = play(short(1, 1, 1, 1, 1, 1), NOISE, steps)
    assert [minute.serving for minute in course.minutes] == [2, 2, 2, 5, 5, 1]
    assert [minute.paid for minute in course.minutes] == [2, 3.5, 5, 5, 5, 1]
    assert course.instance_hours == pytest.approx(paid_minutes([2, 2, 2, 5, 5, 1], [90] * 6) / 60)
    assert course.cost(2.0) == pytest.approx(2 * 21.5 / 60)


def test_a_change_within_a_minute_splits_it() -> None:
    plan = Plan([Step(0, 1, 1), Step(30, 2, 2), Step(45, 3, 3), Step(60, 4, 4)])
    parts = [(step.serving, begin, end) for step, begin, end in plan.between(0, 60)]
    assert parts == [(1, 0, 30), (2, 30, 45), (3, 45, 60)]
    assert [step.serving for step, _, _ in plan.between(600, 660)] == [4]


def test_fixed_fleets_suit_the_peak_and_the_usual_day() -> None:
    demand = short(*[100.0] * 39, 1000.0)
    peak, base = fixed_peak(demand, NOISE), fixed_base(demand, NOISE)
    assert (peak.notes, base.notes) == (["14 instances"], ["2 instances"])
    assert peak.failed == 0
    # Two full queues of 200 and the workers are all that 2 instances can take of the surge.
    assert base.failed == pytest.approx((1000 - 2 * 78.7) * 60 - 400, rel=0.02)


def test_the_oracle_fails_nothing_and_is_cheaper_than_whoever_fails_nothing() -> None:
    demand = short(*[150.0] * 20, *[150.0 + 60 * step for step in range(10)], *[150.0] * 30)
    found = oracle(demand, NOISE, 1)
    assert found.failed == 0
    assert found.instance_hours >= least(demand, minute_delays(demand, 1))
    assert found.instance_hours <= 1.1 * least(demand, minute_delays(demand, 1))
    assert found.instance_hours < fixed_peak(demand, NOISE).instance_hours


def test_the_oracle_keeps_what_it_would_have_to_ask_for_again() -> None:
    demand = short(*[300.0] * 10, *[60.0] * 3, *[300.0] * 10, *[60.0] * 30, *[300.0] * 10)
    serving = [round(minute.serving) for minute in oracle(demand, NOISE, 1).minutes]
    assert min(serving[:23]) >= 4
    assert max(serving[25:52]) == 1


def test_taking_a_minute_away_from_the_oracle_fails_or_saves_nothing() -> None:
    demand = short(*[200.0] * 5, *[420.0] * 12, *[200.0] * 8)
    delays = minute_delays(demand, 1)
    counts = [round(minute.serving) for minute in oracle(demand, NOISE, 1).minutes]
    for minute in range(len(counts)):
        fewer = [*counts[:minute], counts[minute] - 1, *counts[minute + 1 :]]
        worse = play(demand, NOISE, steps_of(fewer, delays)).failed > 0
        assert worse or paid_minutes(fewer, delays) >= paid_minutes(counts, delays)


def test_provisioning_takes_as_long_as_the_scenario_says() -> None:
    delays = minute_delays(named("normal-day"), 3)
    assert (min(delays), max(delays)) == pytest.approx((240, 360), abs=5)
    assert delays == minute_delays(named("normal-day"), 3) != minute_delays(named("normal-day"), 4)
