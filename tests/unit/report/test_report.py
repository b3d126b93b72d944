"""The release report: everything is on one page, nothing runs, nothing is fetched."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.judge import Judgement, VariantMinute, Verdict
from slipway.domain.planning import ReleasePlan
from slipway.domain.report import ReportFacts, Stage, facts_of, release_report
from slipway.domain.report.scales import Scale, Span
from tests.fakes.make import drop, planned
from tests.fakes.page import Reader

START = datetime(2026, 3, 2, 9, 12, 20, tzinfo=UTC)
FAIL = Judgement("error-rate", Verdict.FAIL, "More errors.", {"e_value": 1e12}).as_dict()
PASS = Judgement("latency", Verdict.PASS, "Not slower.").as_dict()


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def side(first: int, count: int, **each: Any) -> list[VariantMinute]:
    values = {"requests": 50, "errors": 1, "latency": 20_000.0, "tail": 60_000.0} | each
    whole = START.replace(second=0)
    return [
        VariantMinute(whole + timedelta(minutes=first + number), **values)
        for number in range(count)
    ]


def facts(**other: Any) -> ReportFacts:
    told = ReportFacts(
        endpoint="churn",
        release="3-77ab12cd34ef",
        version="3",
        outcome="rolled-back",
        reason="Version 3 did not hold",
        started=START,
        told=at(31),
        ended=at(30),
        before_users=[PASS],
        stages=[Stage(5, at(8), at(18), [PASS]), Stage(25, at(20), None)],
        condemned={"reason": "More errors.", "by": "judge", "at": at(29).isoformat()},
        commands=[{"command": "approve", "by": "mira", "at": at(7).isoformat()}],
        canary=side(9, 20, errors=3),
        baseline=side(0, 32),
    )
    return replace(told, **other)


def read(told: ReportFacts) -> Reader:
    reader = Reader(release_report(told))
    assert reader.open == []
    return reader


def test_the_page_tells_the_outcome_the_reason_and_the_numbers() -> None:
    words = read(facts()).words
    for told in ("churn", "version 3", "Rolled back", "Version 3 did not hold", "25 %", "30 min"):
        assert told in words
    assert "of 1,000 requests: 6.0\u00a0%; previous 2.0\u00a0%" in words


def test_the_story_is_told_in_order_with_reasons() -> None:
    words = read(facts()).words
    story = [
        "Release started",
        "Approved by mira",
        "Step 1: 5 % of the requests",
        "Not slower.",
        "Step 2: 25 % of the requests",
        "Condemned by judge",
        "Outcome",
    ]
    places = [words.index(told, words.index("What happened")) for told in story]
    assert places == sorted(places)


def test_there_is_a_plot_of_weights_failures_and_latency() -> None:
    reader = read(facts())
    assert reader.count("svg") == 3
    assert reader.count("path", class_="line canary") == 3
    assert reader.count("path", class_="line baseline") == 2
    assert reader.count("path", class_="area canary") == 1
    assert reader.count("line", class_="mark bad") == 3


def test_the_weights_rise_and_fall_where_they_did() -> None:
    page = release_report(facts())
    (stairs,) = re.findall(r'class="line canary" d="(M[^"]*H1000)"', page)
    heights = [float(y) for y in re.findall(r"V([\d.]+)", stairs)]
    assert heights == [285.0, 225.0, 300.0]


def test_a_minute_without_data_breaks_the_line() -> None:
    holes = [*side(9, 3), *side(15, 3)]
    page = release_report(facts(canary=holes, baseline=[]))
    (rates,) = re.findall(r'class="line canary" d="(M(?:(?!H)[^"])*)"', page)[:1]
    assert rates.count("M") == 2


def test_nothing_runs_and_nothing_is_fetched() -> None:
    page = release_report(facts())
    reader = Reader(page)
    names = {tag for tag, _ in reader.tags}
    assert names.isdisjoint({"script", "img", "link", "iframe", "object", "form", "a", "base"})
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page
    assert "@import" not in page
    loading = [name for _, found in reader.tags for name in found if name in {"src", "href"}]
    assert loading == []
    assert "default-src 'none'" in page


# A busy machine is no failure.
@settings(deadline=None)
@given(st.text(), st.text(min_size=1))
def test_what_others_wrote_is_shown_and_not_obeyed(reason: str, name: str) -> None:
    evil = f"<script>alert(1)</script>\"'&{reason}"
    judged = [{**FAIL, "reason": evil, "metric": evil}]
    told = facts(
        reason=evil,
        version=name,
        before_users=judged,
        stages=[Stage(5, at(8), at(18), judged)],
        commands=[{"command": evil, "by": evil, "at": at(7).isoformat(), "reason": evil}],
        condemned={"reason": evil, "by": evil, "at": at(29).isoformat()},
        execution=evil,
    )
    reader = Reader(release_report(told))
    assert "script" not in {tag for tag, _ in reader.tags}
    assert "<script>alert(1)</script>" in reader.words


def test_what_was_really_answered_can_be_unfolded() -> None:
    page = "<!doctype html><title>500 Internal Server Error</title>"
    told = {**FAIL, "evidence": {"examples": [page]}}
    reader = read(facts(before_users=[told, PASS]))
    assert reader.count("pre") == 1
    assert page in reader.words


def test_dollar_signs_are_no_placeholders() -> None:
    assert "$reason and ${style}" in read(facts(reason="$reason and ${style}")).words


def test_a_version_that_no_user_met_has_no_plots() -> None:
    refused = facts(
        outcome="failed", stages=[], canary=[], baseline=[], condemned=None, before_users=[FAIL]
    )
    reader = read(refused)
    assert reader.count("svg") == 0
    assert "0requests reached the new version" in reader.words
    assert "Before users" in reader.words


def test_a_running_release_can_be_reported() -> None:
    running = facts(outcome="running", ended=None, condemned=None)
    assert "Running" in read(running).words


def test_the_plan_tells_instances_and_money() -> None:
    record = planned(drop("3"))
    values = ReleasePlan.from_dict(record.plan).as_dict()
    step = {
        "weight": 5,
        "bake_seconds": 600,
        "canary_instances": 1,
        "peak_instances": 9,
        "usd_per_hour_peak": "1.035",
    }
    unknown = step | {"weight": 100, "usd_per_hour_peak": None}
    plan = ReleasePlan.from_dict(values | {"strategy": "canary", "steps": [step, unknown]})
    words = read(facts(plan=plan)).words
    assert "Strategy canary on ml.m5.large" in words
    assert "$1.035" in words
    assert "unknown" in words
    assert "Step 1 of 2" in words


def test_the_ledgers_record_becomes_a_report() -> None:
    evidence = {
        "before_users": {"judgements": [PASS], "ended": at(7.1).isoformat()},
        "shifted_back": at(29).isoformat(),
        "steps": [
            {
                "weight": 5,
                "asked": at(7).isoformat(),
                "started": at(8).isoformat(),
                "ended": at(18).isoformat(),
                "judgements": [FAIL],
            },
            {"weight": 25, "asked": at(19).isoformat()},
        ],
    }
    record = planned(
        drop("3"), outcome="rolled-back", reason="Bad", evidence=evidence, ended=at(30).isoformat()
    )
    replayed = side(6, 2, requests=7)
    told = facts_of(record, now=at(31), canary=[*replayed, *side(8, 5)])
    assert [each.requests for each in told.canary] == [50] * 5
    assert told.turned == told.gone_back == at(29)
    assert [stage.weight for stage in told.stages] == [5, 25]
    assert told.stages[1].started is None
    words = read(told).words
    assert "More errors. Judged at 09:30." in words
    assert "Step 2" not in words
    assert words.index("Tried before users") < words.index("Step 1")


def test_the_share_falls_when_the_last_user_was_answered() -> None:
    told = facts(canary=side(9, 24))
    assert told.turned == at(29)
    assert told.gone_back == START.replace(second=0) + timedelta(minutes=33)


@pytest.mark.parametrize("highest", [0.0, 0.003, 0.0101, 0.5, 1.0, 17.0, 99.9, 100.0, 12_345.0])
def test_a_scale_has_room_and_few_round_lines(highest: float) -> None:
    scale = Scale.up_to(highest)
    assert scale.top >= highest
    assert 2 <= len(scale.lines()) <= 6
    assert scale.y(0) == 300
    assert scale.y(scale.top) == 0


# A busy machine is no failure.
@settings(deadline=None)
@given(st.integers(1, 5_000))
def test_times_below_a_plot_are_few_round_and_within(minutes: int) -> None:
    span = Span(START, at(minutes))
    ticks = span.ticks()
    assert len(ticks) <= 7
    assert all(START < tick < at(minutes) and tick.second == 0 for tick in ticks)
