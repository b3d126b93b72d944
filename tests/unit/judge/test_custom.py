"""Metrics of users' own: what fails, what passes, and what nobody can tell."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isclose
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.judge import (
    CustomMetric,
    Judgement,
    Sample,
    VariantMinute,
    Verdict,
    judge_custom,
    looks_in,
)
from slipway.domain.judge.student import t_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DIMENSIONS = {"Endpoint": "{endpoint}", "Variant": "{variant}"}


def metric(**limits: Any) -> CustomMetric:
    return CustomMetric("Shop", "Conversion", "Average", DIMENSIONS, **limits)


def minutes(
    values: Sequence[float | None], count: float = 100, first: int = 1, requests: int = 100
) -> list[VariantMinute]:
    return [
        VariantMinute(
            START + timedelta(minutes=first + number),
            requests,
            0,
            custom=(None if value is None else Sample(value, count),),
        )
        for number, value in enumerate(values)
    ]


GOOD = [0.030, 0.032, 0.028, 0.031, 0.029, 0.030, 0.033, 0.027]
BAD = [0.010, 0.012, 0.009, 0.011, 0.010, 0.013, 0.008, 0.011]


def judge(
    asked: CustomMetric,
    canary: list[VariantMinute],
    live: list[VariantMinute],
    since: datetime = START,
) -> Judgement:
    (judgement,) = judge_custom([asked], canary, live, since=since, looks=looks_in(600))
    return judgement


@pytest.mark.parametrize(
    "limits", [{"at_least": 0.02}, {"below_live": 0.1}, {"at_least": 0.02, "at_most": 1}]
)
def test_a_conversion_that_drops_fails_with_value_limit_and_what_the_live_variant_has(
    limits: dict[str, float],
) -> None:
    found = judge(metric(**limits), minutes(BAD), minutes(GOOD, 1000))
    assert found.verdict is Verdict.FAIL
    name, bound = (
        ("at_least: 0.02", "0.02") if "at_least" in limits else ("below_live: 10", "0.027")
    )
    assert found.reason == (
        f"Shop/Conversion (Average) is 0.0105 in 8 minutes, below the {bound} of `{name}`; the "
        "live variant has 0.03."
    )
    assert found.metric == "Shop/Conversion"
    assert found.evidence["canary"] == {"value": pytest.approx(0.0105), "values": 800, "minutes": 8}


def test_what_may_not_rise_fails_above_its_limit() -> None:
    for limits in ({"at_most": 0.02}, {"above_live": 0.5}):
        assert judge(metric(**limits), minutes(GOOD), minutes(BAD)).verdict is Verdict.FAIL
        assert judge(metric(**limits), minutes(BAD), minutes(GOOD)).verdict is Verdict.PASS


def test_what_is_within_its_limits_passes_and_says_how_it_stands() -> None:
    found = judge(metric(below_live=0.1, at_most=0.2), minutes(GOOD), minutes(GOOD))
    assert found.verdict is Verdict.PASS
    assert "is 0.03 in 8 minutes, within `at_most: 0.2`; the live variant has 0.03" in found.reason


SWINGING = [0.0, 0.06, 0.0, 0.05, 0.0, 0.02, 0.0, 0.01]


def test_what_may_be_chance_is_no_failure_and_never_passes_a_line_of_the_users() -> None:
    canary = minutes(SWINGING, 10)
    drawn = judge(metric(at_least=0.02), canary, minutes(GOOD, 1000))
    assert drawn.verdict is Verdict.INCONCLUSIVE
    assert "below the 0.02 of `at_least: 0.02`, which may be chance" in drawn.reason
    compared = judge(metric(below_live=0.1), canary, minutes(GOOD, 1000))
    assert compared.verdict is Verdict.PASS
    assert "which may be chance; the live variant has 0.03" in compared.reason


def test_nothing_sold_is_certain_only_where_much_should_have_been() -> None:
    asked = metric(at_least=0.02)
    assert judge(asked, minutes([0.0] * 8, 10), []).verdict is Verdict.INCONCLUSIVE
    assert judge(asked, minutes([0.0] * 8, 100), []).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("canary", "live"),
    [
        (minutes([]), minutes(GOOD)),
        (minutes([None] * 8), minutes(GOOD)),
        (minutes(BAD[:4]), minutes(GOOD)),
        (minutes(BAD, 6), minutes(GOOD)),
        (minutes(BAD), minutes([])),
        (minutes(BAD, first=-20), minutes(GOOD)),
    ],
    ids=["no minutes", "no values", "four minutes", "48 values", "no live", "none of this bake"],
)
def test_too_few_values_decide_nothing(
    canary: list[VariantMinute], live: list[VariantMinute]
) -> None:
    found = judge(metric(below_live=0.1), canary, live)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.startswith("Too few values of Shop/Conversion (Average): the canary has")
    ignored = judge(metric(below_live=0.1, missing="ignore"), canary, live)
    assert ignored.verdict is Verdict.PASS
    assert ignored.reason.startswith("Has no say, as `missing: ignore` wants it: too few values")


def test_a_limit_of_its_own_needs_nothing_of_the_live_variant() -> None:
    found = judge(metric(at_least=0.02), minutes(BAD), [])
    assert found.verdict is Verdict.FAIL
    assert found.reason.endswith("of `at_least: 0.02`.")


def test_with_all_of_the_traffic_on_the_canary_minutes_from_before_are_compared() -> None:
    since, asked = START + timedelta(minutes=20), metric(below_live=0.1)
    canary, live = minutes(BAD, first=21), minutes(GOOD, first=1)
    assert judge(asked, canary, live, since).verdict is Verdict.FAIL
    short = [*minutes(BAD, first=1), *minutes(BAD[:2], first=21)]
    assert judge(asked, short, live, since).verdict is Verdict.FAIL
    assert judge(asked, minutes(BAD, first=1), live, since).verdict is Verdict.INCONCLUSIVE


def test_what_is_counted_is_judged_per_request_whatever_the_share_of_the_traffic() -> None:
    asked = replace(metric(below_live=0.2), statistic="SumPerRequest")
    live = minutes([30.0, 29.0, 31.0, 30.0, 28.0, 32.0], 30, requests=1000)
    same = minutes([3.0, 2.0, 4.0, 3.0, 3.0, 3.0], 3)
    assert asked.measured_as == "Sum"
    assert judge(asked, same, live).verdict is Verdict.PASS
    # Minutes in which nothing was sold have no value, and count.
    fewer = minutes([None, None, 1.0, None, None, None], 1, requests=300)
    found = judge(asked, fewer, live)
    assert (found.verdict, found.evidence["canary"]["values"]) == (Verdict.FAIL, 1800)
    # Where nothing at all arrives, whoever counts may be broken.
    assert judge(asked, minutes([None] * 6), live).verdict is Verdict.INCONCLUSIVE


def test_each_metric_is_judged_by_its_own_values() -> None:
    both = [
        replace(each, custom=(*each.custom, Sample(value, 100)))
        for each, value in zip(minutes(GOOD), BAD, strict=True)
    ]
    found = judge_custom(
        [metric(at_least=0.02), replace(metric(at_least=0.02), metric="Basket")],
        both,
        [],
        since=START,
        looks=4,
    )
    assert [(each.metric, str(each.verdict)) for each in found] == [
        ("Shop/Conversion", "PASS"),
        ("Shop/Basket", "FAIL"),
    ]


def test_names_are_put_where_the_spec_says() -> None:
    asked = replace(metric(at_least=1), dimensions={"Who": "{endpoint}/{variant}", "Stage": "prod"})
    assert asked.dimensions_of("churn", "2-abc") == {"Who": "churn/2-abc", "Stage": "prod"}


VALUES = st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=12)


@given(VALUES, VALUES, st.floats(0, 1), st.sampled_from(["below_live", "above_live"]))
def test_a_limit_from_the_other_side_is_judged_alike(
    canary: list[float], live: list[float], share: float, name: str
) -> None:
    other = {"below_live": "above_live", "above_live": "below_live"}[name]
    found = judge(metric(**{name: share}), minutes(canary), minutes(live))
    mirrored = judge(
        metric(**{other: share}),
        minutes([-value for value in canary]),
        minutes([-value for value in live]),
    )
    # The bound on values that are all 0 is of rates, which have no other side.
    if any(canary):
        assert found.verdict is mirrored.verdict


@given(VALUES, VALUES, st.floats(-1e6, 1e6))
def test_only_what_is_beyond_its_limit_fails(
    canary: list[float], live: list[float], limit: float
) -> None:
    found = judge(metric(at_least=limit), minutes(canary), minutes(live))
    if found.verdict is Verdict.PASS:
        assert found.evidence["canary"]["value"] >= limit
    else:
        assert found.evidence["canary"]["value"] < limit


def stopped(ours: float, theirs: float, *, count: int, live: int, bakes: int = 40) -> float:
    """Return the share of bakes, of 12 minutes, in which a rate beside another one fails."""
    source, asked, failed = random.Random(5), metric(below_live=0.1), 0

    def measured(rate: float, values: int) -> list[VariantMinute]:
        rates = [sum(source.random() < rate for _ in range(values)) / values for _ in range(12)]
        return minutes(rates, values)

    for _ in range(bakes):
        canary, beside = measured(ours, count), measured(theirs, live)
        looks = (judge(asked, canary[:end], beside[:end]) for end in range(5, 13))
        failed += any(look.verdict is Verdict.FAIL for look in looks)
    return failed / bakes


def test_a_version_at_its_limit_is_stopped_less_often_than_the_nominal_level() -> None:
    assert stopped(0.045, 0.05, count=20, live=200, bakes=150) <= 0.05


def test_a_version_that_sells_half_or_nothing_is_seen_in_a_bake() -> None:
    assert stopped(0.015, 0.03, count=300, live=900) >= 0.7
    assert stopped(0.0, 0.03, count=50, live=950, bakes=20) == 1.0


@pytest.mark.parametrize(
    ("value", "freedom", "chance"),
    [(1, 1, 0.25), (2.776445, 4, 0.025), (4.604095, 4, 0.005), (3.169273, 10, 0.005)],
)
def test_students_t_is_that_of_the_tables(value: float, freedom: int, chance: float) -> None:
    assert isclose(t_tail(value, freedom), chance, rel_tol=1e-4)
    assert isclose(t_tail(-value, freedom), 1 - chance, rel_tol=1e-4)


def test_with_many_minutes_students_t_is_normal() -> None:
    assert isclose(t_tail(1.959964, 3001), 0.025, rel_tol=1e-2)
    assert t_tail(0.0, 7) == t_tail(0.0, 8) == 0.5
