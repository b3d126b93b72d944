"""The modelled endpoint in an account that target tracking scales."""

from __future__ import annotations

import pytest

from rehearsal.course import Step, play
from rehearsal.noise import Noise
from rehearsal.testing import demand, rehearsed

SPEC = """
hosting: {instance_count: 4, instance_type: ml.m5.2xlarge}
scaling: {target: 4400, min: 4, max: 30}
"""


def test_without_a_change_it_is_what_the_pure_model_says() -> None:
    steady = demand([280.0] * 12, SPEC)
    found = rehearsed(steady, "target-tracking")
    assert found.minutes == play(steady, Noise(1), [Step(0, 4, 4)]).minutes


def test_a_surge_is_met_with_what_target_tracking_brings_and_when() -> None:
    surge = demand([250.0] * 10 + [900.0] * 20 + [250.0] * 35, SPEC)
    first, again = (rehearsed(surge, "target-tracking") for _ in range(2))
    assert first == again, "the same seed, the same course"
    serving = [minute.serving for minute in first.minutes]
    paid = [minute.paid for minute in first.minutes]
    # The third bad minute is seen at the end of the fourth; then instances take 4 to 6 minutes.
    asked = next(number for number, value in enumerate(paid) if value > 4)
    came = next(number for number, value in enumerate(serving) if value > 4)
    assert asked == 14
    assert 4 <= came - asked <= 6
    assert max(serving) == 13
    # What is asked for costs at once, and serves once it is there.
    assert paid[asked + 1 : came] == [13.0] * (came - asked - 1)
    assert first.minutes[12].failed == pytest.approx((900 - 4 * 78.7) * 60, rel=0.02)
    assert sum(minute.failed for minute in first.minutes[came + 2 :]) == 0
    # 15 calm minutes later it begins to come down.
    assert serving[30 + 14] == 13.0
    assert serving[-1] < 13.0


def test_another_seed_takes_other_times() -> None:
    surge = demand([250.0] * 5 + [900.0] * 12, SPEC)
    assert rehearsed(surge, "target-tracking") != rehearsed(surge, "target-tracking", seed=2)


def test_concurrency_scales_out_sooner_than_invocations() -> None:
    surge = [250.0] * 10 + [900.0] * 14
    spec = SPEC.replace("target: 4400", "metric: concurrency, target: 9")
    by_crowd = rehearsed(demand(surge, spec), "target-tracking")
    by_minutes = rehearsed(demand(surge, SPEC), "target-tracking")
    assert by_crowd.failed < 0.8 * by_minutes.failed
