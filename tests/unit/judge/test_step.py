"""A step is judged by failures, refusals and latency together, from minutes that are complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from slipway.domain.judge import (
    Judgement,
    VariantMinute,
    Verdict,
    closed_minutes,
    judge_step,
    judgeable,
    looks_in,
    worst,
)

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def minutes(first: int, count: int, **each: Any) -> list[VariantMinute]:
    # Latencies differ a little, as measured ones do.
    values = {"requests": 100, "errors": 0, "latency": 20_000.0, "tail": 50_000.0} | each
    spread = [1 + (number % 7) / 100 for number in range(count)]
    return [
        VariantMinute(
            at(first + number),
            **(values | {name: values[name] * spread[number] for name in ("latency", "tail")}),
        )
        for number in range(count)
    ]


def judge(canary: list[VariantMinute], baseline: list[VariantMinute], **other: Any) -> Judgement:
    return worst(judge_step(canary, baseline, **({"bake_began": at(0), "looks": 4} | other)))


def test_a_good_canary_passes_all_four_judgements() -> None:
    judgements = judge_step(minutes(1, 8), minutes(1, 8), bake_began=at(0), looks=4)
    assert {each.metric: str(each.verdict) for each in judgements} == {
        "error-rate": "PASS",
        "refusals": "PASS",
        "latency": "PASS",
        "tail-latency": "PASS",
    }


def test_evidence_of_failures_adds_up_over_the_steps() -> None:
    first = minutes(1, 6, requests=40, errors=1)
    second = minutes(11, 2, requests=200, errors=4)
    baseline = [*minutes(1, 8, requests=760), *minutes(11, 8, requests=600)]
    late = {"bake_began": at(10)}
    assert judge(first, baseline).verdict is Verdict.PASS
    assert judge(second, baseline, **late).verdict is not Verdict.FAIL
    assert judge([*first, *second], baseline, **late).verdict is Verdict.FAIL


def test_what_only_the_canary_refuses_is_the_canarys_doing() -> None:
    judged = judge(minutes(1, 8, refused=30), minutes(1, 8))
    assert (judged.metric, judged.verdict) == ("refusals", Verdict.FAIL)
    assert "HTTP 4xx" in judged.reason


def test_callers_mistakes_meet_both_and_fail_nobody() -> None:
    assert judge(minutes(1, 8, refused=30), minutes(1, 8, refused=30)).verdict is Verdict.PASS


def test_a_slow_tail_alone_is_seen() -> None:
    judged = judge(minutes(1, 8, tail=200_000.0), minutes(1, 8))
    assert (judged.metric, judged.verdict) == ("tail-latency", Verdict.FAIL)


def test_latency_is_compared_within_the_bake() -> None:
    # At the low weight all was well; under load the canary is slow.
    canary = [*minutes(1, 8), *minutes(11, 8, latency=70_000.0)]
    judged = judge(canary, minutes(1, 18), bake_began=at(10))
    assert (judged.metric, judged.verdict) == ("latency", Verdict.FAIL)


def test_a_short_bake_is_judged_with_the_minutes_before_it() -> None:
    assert judge(minutes(1, 10), minutes(1, 10), bake_began=at(8)).verdict is Verdict.PASS
    assert judge(minutes(1, 3), minutes(1, 3)).verdict is Verdict.INCONCLUSIVE


def test_with_all_traffic_the_canary_is_compared_with_the_baseline_before() -> None:
    before = minutes(-12, 20)
    good = judge(minutes(1, 18), before, bake_began=at(10))
    assert good.verdict is Verdict.PASS
    bad = judge([*minutes(1, 8), *minutes(10, 8, errors=5)], before, bake_began=at(10))
    assert (bad.metric, bad.verdict) == ("error-rate", Verdict.FAIL)
    slow = judge([*minutes(1, 8), *minutes(10, 8, latency=60_000.0)], before, bake_began=at(10))
    assert (slow.metric, slow.verdict) == ("latency", Verdict.FAIL)


def test_a_minute_of_the_baseline_is_evidence_once() -> None:
    # Ten bad minutes, but only one of the baseline's to compare with.
    many, one = minutes(1, 10, requests=20, errors=2), minutes(-5, 1, requests=20)
    judged = judge_step(many, one, bake_began=at(0), looks=4)[0]
    alone = judge_step(many[:1], one, bake_began=at(0), looks=4)[0]
    assert judged.evidence["e_value"] == pytest.approx(alone.evidence["e_value"])


def test_no_traffic_is_no_pass() -> None:
    quiet = minutes(1, 8, requests=0)
    assert judge(quiet, minutes(1, 8)).verdict is Verdict.INCONCLUSIVE
    assert judge([], []).verdict is Verdict.INCONCLUSIVE


def test_only_whole_and_settled_minutes_are_judged() -> None:
    now, shifts = at(9.5), [at(0.4), at(4.2)]
    usable = judgeable(minutes(0, 10), now=now, shifts=shifts)
    assert [each.minute for each in usable] == [at(number) for number in (1, 2, 3, 5, 6)]


def test_no_minute_is_closed_right_after_a_shift() -> None:
    begin, end = closed_minutes(at(1.9), at(0.1))
    assert begin == end == at(1)
    assert closed_minutes(at(4.0), at(0.1)) == (at(1), at(2))


def test_minutes_without_enough_data_use_up_no_looks() -> None:
    assert looks_in(300) == 2
    assert looks_in(600) == 8


def test_bakes_that_are_repeated_share_one_level() -> None:
    minutes_of_tries = [range(5, 9), range(9, 19), range(19, 29)]
    spent = [len(looks) / looks_in(600, tries) for tries, looks in enumerate(minutes_of_tries, 1)]
    assert spent == [0.5, 0.25, 0.125]


def test_traffic_that_stops_after_a_step_is_no_pass() -> None:
    # Nine good minutes at the first weight, none at the second.
    judged = judge(minutes(1, 9), minutes(1, 9), bake_began=at(12))
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert "0 in this bake" in judged.reason


def test_a_step_is_judged_with_its_own_requests_and_earlier_ones() -> None:
    canary, baseline = minutes(1, 9), minutes(1, 14)
    assert judge([*canary, *minutes(12, 2)], baseline, bake_began=at(11)).verdict is Verdict.PASS
    late = judge([*canary, *minutes(12, 1)], baseline, bake_began=at(11))
    assert (late.metric, late.verdict) == ("latency", Verdict.INCONCLUSIVE)


def test_without_a_baseline_nothing_passes() -> None:
    judged = judge_step(minutes(1, 9, errors=100), [], bake_began=at(0), looks=4)
    assert {str(each.verdict) for each in judged} == {"INCONCLUSIVE"}


def test_a_minute_cannot_have_more_refusals_than_requests() -> None:
    with pytest.raises(ValueError, match="3 of 2 requests refused"):
        VariantMinute(START, 2, 0, refused=3)


def test_evidence_is_written_in_numbers_that_the_ledger_holds() -> None:
    evidence = {"e_value": 1e304, "p_value": 1e-200, "counts": [{"requests": 7}], "rate": 1 / 3}
    written = Judgement("error-rate", Verdict.FAIL, "", evidence).as_dict()["evidence"]
    assert written == {
        "e_value": 1e15,
        "p_value": 0.0,
        "counts": [{"requests": 7}],
        "rate": 0.333333,
    }


def test_a_model_that_takes_no_time_can_be_compared() -> None:
    judged = judge(minutes(1, 8), minutes(1, 8, latency=0.0, tail=0.0))
    assert judged.verdict is Verdict.FAIL
