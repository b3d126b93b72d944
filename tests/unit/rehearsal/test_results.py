"""What a rehearsal tells: figures, table, page."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from rehearsal.course import Course, Minute
from rehearsal.loading import named
from rehearsal.page import page
from rehearsal.results import POLICIES, Rehearsal, asleep
from rehearsal.table import lines

DAY = named("flash-crowd")


def constant(instances: float, failed: int = 0, minutes: int = 1440) -> Course:
    return Course([Minute(24000.0, failed, 0.5, instances, instances) for _ in range(minutes)])


def rehearsal() -> Rehearsal:
    counts = {
        "fixed-peak": (55, 0),
        "fixed-base": (8, 9),
        "target-tracking": (10, 3),
        "slipway": (9, 1),
        "oracle": (6, 0),
    }
    courses = {policy: constant(*counts[policy]) for policy in POLICIES}
    normal = {policy: constant(counts[policy][0] / 2) for policy in POLICIES}
    return Rehearsal(DAY, 7, courses, normal)


def test_the_figures_have_the_promised_shape() -> None:
    figures = json.loads(rehearsal().as_json())
    assert list(figures) == ["scenario", "seed", "policies"]
    assert (figures["scenario"], figures["seed"]) == ("flash-crowd", 7)
    assert tuple(figures["policies"]) == POLICIES
    slipway = figures["policies"]["slipway"]
    assert list(slipway) == [
        "requests",
        "failed",
        "slow",
        "instance_hours",
        "cost_usd",
        "ratios",
    ]
    assert slipway == {
        "requests": DAY.requests,
        "failed": 1440,
        "slow": 720,
        "instance_hours": 216.0,
        "cost_usd": round(216 * 0.461, 2),
        "ratios": {
            "cost_to_normal_day": 2.0,
            "cost_to_oracle": 1.5,
            "cost_to_target_tracking": 0.9,
            "failed_to_target_tracking": pytest.approx(1 / 3, abs=1e-4),
        },
    }


def test_a_longer_scenario_is_compared_with_as_many_normal_days() -> None:
    week = replace(rehearsal(), scenario=named("working-week"))
    assert week.ratios("slipway")["cost_to_normal_day"] == pytest.approx(2 / 7, abs=1e-4)


def test_what_cannot_be_compared_is_no_number() -> None:
    found = replace(rehearsal(), normal={}).ratios("slipway")
    assert found["cost_to_normal_day"] is None
    calm = Rehearsal(DAY, 1, {policy: constant(5) for policy in POLICIES})
    assert calm.ratios("slipway")["failed_to_target_tracking"] is None


def test_the_saving_is_what_would_have_stayed() -> None:
    minutes = [
        *constant(5, minutes=60).minutes,
        *constant(0, minutes=120).minutes,
        *constant(3, minutes=60).minutes,
        *constant(0, minutes=30).minutes,
    ]
    assert asleep(Course(minutes)) == (2.5, 2 * 5 + 0.5 * 3)


def test_the_table_has_a_line_for_each_policy() -> None:
    told = list(lines(rehearsal()))
    for policy in POLICIES:
        (line,) = [line for line in told if line.startswith(policy)]
        assert f"${rehearsal().cost(policy):,.2f}" in line
    assert "1,440" in next(line for line in told if line.startswith("slipway"))
    assert max(map(len, told)) < 130


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_the_page_is_one_file_with_every_plot() -> None:
    text = page(rehearsal())
    parsed = Page()
    parsed.feed(text)
    assert parsed.outside == []
    assert "script" not in parsed.tags
    # The whole day, and capacity and failures again around the surge.
    assert parsed.tags.count("figure") == 7
    for title in ("Demand", "Capacity", "Failed requests", "Slow requests", "Cost"):
        assert f"<h3>{title}</h3>" in text
    assert "around the surge" in text
    assert "prefers-color-scheme: dark" in text
    assert text == page(rehearsal())


def test_the_page_of_a_calm_week_names_its_days() -> None:
    week = Rehearsal(
        named("working-week"), 1, {policy: constant(4, minutes=7 * 1440) for policy in POLICIES}
    )
    text = page(week)
    assert "around the surge" not in text
    assert ">Tue 24<" in text
