"""The steps of a rollout: shares, instances, peaks, and what follows a verdict."""

from __future__ import annotations

from math import ceil

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.canary_size import Exchange, Sizes, canary_instances, resize
from slipway.domain.judge import Judgement, Verdict
from slipway.domain.rollout import (
    MOST_BAKES,
    Fleets,
    Step,
    decide,
    guarded_rollout,
    plan_steps,
    problem_of,
    step_weights,
)
from slipway.domain.scaling import live_floor
from slipway.domain.spec import Release, parse_spec

M5 = "ml.m5.large"


def release(text: str = "") -> Release:
    return parse_spec(f"release: {{{text}}}").release


def steps(text: str = "", *, old: int = 4, new: int = 4, kind: str = M5) -> tuple[Step, ...]:
    return plan_steps(release(text), Fleets(M5, old, kind, new), "us-east-1")


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("", (5, 25, 50, 100)),
        ("steps: [10, 100]", (10, 100)),
        ("strategy: linear, steps: [25, 100]", (25, 50, 75, 100)),
        ("strategy: linear, steps: [30, 100]", (30, 60, 90, 100)),
        ("strategy: linear, steps: [100]", (100,)),
        ("strategy: all-at-once", (100,)),
        ("strategy: managed", (5, 100)),
        ("strategy: managed, steps: [20, 40, 60, 80, 100]", (20, 40, 60, 80, 100)),
        ("strategy: managed, steps: [100]", (100,)),
    ],
)
def test_each_strategy_has_its_shares(text: str, weights: tuple[int, ...]) -> None:
    assert step_weights(release(text)) == weights


def test_a_canary_gets_the_instances_of_its_share_with_headroom() -> None:
    assert [step.canary_instances for step in steps(new=20, old=20)] == [2, 6, 12, 20]
    assert [step.canary_instances for step in steps(new=2, old=2)] == [1, 1, 2, 2]


@given(st.integers(0, 100), st.integers(1, 500))
def test_a_canary_carries_its_share_and_is_never_larger_than_the_fleet(
    weight: int, fleet: int
) -> None:
    count = canary_instances(weight, fleet)
    assert max(1, weight * fleet / 100) <= count <= fleet


def test_a_budget_limits_the_canary() -> None:
    assert canary_instances(100, 10, most=6) == 6


@given(
    st.integers(1, 200), st.floats(1, 5), st.sampled_from([(0, 5), (25, 50), (50, 100), (90, 100)])
)
def test_growth_of_demand_is_read_off_the_side_with_more_of_the_traffic(
    fleet: int, growth: float, shares: tuple[int, int]
) -> None:
    share, weight = shares
    before = Sizes(fleet, fleet, fleet, canary_instances(share, fleet))
    demand = fleet * growth
    # Target tracking gives each side what its part of the demand needs, and takes nothing away.
    baseline = max(fleet, ceil(demand * (100 - share) / 100))
    canary = max(before.canary, ceil(demand * share / 100))
    exchange = Exchange(fleet, 10_000, same_type=True)
    after = resize(before, exchange, share=share, weight=weight, baseline=baseline, canary=canary)
    grown = baseline > fleet if share <= 50 else canary > before.canary
    if grown:
        assert demand <= after.whole < demand + 2
        assert after.canary >= demand * weight / 100
    assert after.whole >= fleet
    # Asking again, with what was given, changes nothing.
    again = resize(
        after, exchange, share=share, weight=weight, baseline=after.baseline, canary=after.canary
    )
    assert again == after


def test_growth_ends_where_scaling_and_the_budget_do() -> None:
    before, exchange = Sizes.first(10, 1), Exchange(10, 12, same_type=True)
    assert resize(before, exchange, share=0, weight=100, baseline=30, canary=1).canary == 12


def test_another_instance_type_grows_in_proportion() -> None:
    before, exchange = Sizes.first(10, 1), Exchange(4, 20, same_type=False)
    after = resize(before, exchange, share=0, weight=100, baseline=25, canary=1)
    assert (after.whole, after.canary) == (25, 10)
    back = resize(after, exchange, share=100, weight=100, baseline=25, canary=12)
    assert (back.whole, back.canary) == (30, 12)


def test_what_serves_keeps_its_own_count_as_its_floor() -> None:
    assert live_floor(7, 2) == 7
    assert live_floor(1, 2) == 2


def test_adding_and_settling_build_everything_anew_and_the_steps_say_so() -> None:
    peaks = [step.peak_instances for step in steps(new=6)]
    # 4 serve, 4 + 1 are built; in the end 1 + 6 serve and 6 are built.
    assert peaks == [9, 9, 9, 13]


def test_going_back_builds_what_served_anew_beside_a_shrunk_canary() -> None:
    peaks = [step.peak_instances for step in steps(old=10, new=10)]
    assert peaks == [21, 21, 21, 21]


def test_a_guarded_deployment_has_both_fleets_all_the_time() -> None:
    guarded = steps("strategy: managed", old=3)
    assert [(step.canary_instances, step.peak_instances) for step in guarded] == [(4, 7), (4, 7)]


def test_the_peak_costs_what_its_instances_cost() -> None:
    assert [step.usd_per_hour_peak for step in steps()] == ["1.035", "1.035", "1.035", "1.035"]
    assert steps(kind="ml.c5.large")[0].usd_per_hour_peak is None


def test_a_step_survives_the_ledger() -> None:
    step = steps("bake: 17m")[0]
    assert step.bake_seconds == 1020
    assert Step.from_dict(step.as_dict()) == step


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("steps: [20, 50, 100], bake: 5m", [8, 5, 5]),
        ("steps: [20, 100], bake: 9m", [9, 9]),
        ("strategy: all-at-once, bake: 5m", [8]),
        ("strategy: managed, steps: [20, 100], bake: 5m", [5, 5]),
    ],
)
def test_the_first_bake_lasts_until_there_can_be_a_verdict(text: str, minutes: list[int]) -> None:
    assert [step.bake_seconds / 60 for step in steps(text)] == minutes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps: [60, 100]", "first step is at most 50 %"),
        (
            f"steps: {[*range(5, 101, 5)]}",
            "10 % to 50 % each",
        ),
        ("bake: 61m", "at most 60 minutes"),
        ("bake: 60m, steps: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]", "at most 8 hours"),
    ],
)
def test_what_sagemaker_does_not_guard_is_explained(text: str, words: str) -> None:
    asked = release(text)
    assert words in problem_of(guarded_rollout(asked.steps), int(asked.bake.total_seconds()))


@pytest.mark.parametrize("text", ["", "steps: [100]", "steps: [50, 100]", "steps: [10, 100]"])
def test_sagemaker_accepts_the_deployment(text: str) -> None:
    asked = release(text)
    guarded = guarded_rollout(asked.steps)
    assert problem_of(guarded, 600) == ""
    config = guarded.deployment_config(600, ["slipway-churn/1/server-errors"])
    waits = config["BlueGreenUpdatePolicy"]
    assert waits["MaximumExecutionTimeoutInSeconds"] > guarded.waits(600)
    shape = botocore.session.get_session().get_service_model("sagemaker")
    request = {"EndpointName": "churn", "EndpointConfigName": "two", "DeploymentConfig": config}
    report = ParamValidator().validate(request, shape.operation_model("UpdateEndpoint").input_shape)
    assert not report.has_errors(), report.generate_report()


def judged(verdict: Verdict) -> Judgement:
    return Judgement("error-rate", verdict, "Because.")


@pytest.mark.parametrize(
    ("verdict", "step", "tries", "policy", "action"),
    [
        (Verdict.PASS, 0, 1, "roll-back", "advance"),
        (Verdict.PASS, 3, 1, "roll-back", "promote"),
        (Verdict.FAIL, 3, 1, "promote", "roll-back"),
        (Verdict.INCONCLUSIVE, 1, 1, "promote", "bake-again"),
        (Verdict.ERROR, 1, MOST_BAKES - 1, "promote", "bake-again"),
        (Verdict.INCONCLUSIVE, 1, MOST_BAKES, "roll-back", "roll-back"),
        (Verdict.INCONCLUSIVE, 1, MOST_BAKES, "pause", "pause"),
        (Verdict.INCONCLUSIVE, 1, MOST_BAKES, "promote", "advance"),
        (Verdict.INCONCLUSIVE, 3, MOST_BAKES, "promote", "promote"),
        (Verdict.ERROR, 3, MOST_BAKES, "promote", "roll-back"),
        (Verdict.ERROR, 3, MOST_BAKES, "pause", "pause"),
    ],
)
def test_what_follows_a_verdict(
    verdict: Verdict, step: int, tries: int, policy: str, action: str
) -> None:
    decision = decide(judged(verdict), step=step, steps=4, tries=tries, policy=policy)  # type: ignore[arg-type] # parametrized text
    assert decision.action == action
    assert "Because." in decision.reason
