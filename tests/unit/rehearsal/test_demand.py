"""Shapes, scenarios and traces."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from rehearsal.errors import WrongScenario
from rehearsal.loading import FOLDER, named, of_trace, scenario_of
from rehearsal.trace import read_trace

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3600


def content(name: str = "normal-day") -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return loaded


def test_a_normal_day_has_its_mean_and_its_rhythm() -> None:
    day = named("normal-day")
    assert day.seconds == 24 * HOUR
    assert day.requests == 400 * 24 * HOUR
    assert max(day.rates) / min(day.rates) == pytest.approx(2.0)
    assert day.rates.index(max(day.rates)) == 14 * HOUR
    assert (day.service.workers, day.service.queue, day.service.timeout) == (4, 200, 60)
    assert (day.service.median, day.service.p99) == (0.04, 0.2)
    assert (day.provisioning, day.late) == ((300, 60), 60)


@pytest.mark.parametrize("name", ["black-friday", "flash-crowd"])
def test_a_surge_reaches_ten_times_the_mean_in_ten_minutes(name: str) -> None:
    day, usual = named(name), named("normal-day")
    begin = 13 * HOUR + 35 * 60
    assert day.rates[:begin] == usual.rates[:begin]
    assert day.rates[begin + 60] > usual.rates[begin + 60]
    full = day.rates[begin + 600 : begin + 2400]
    assert (min(full), max(full)) == pytest.approx((4000, 4000))
    assert begin + 600 < 14 * HOUR < begin + 2400, "at the daily peak"
    assert day.rates[begin + 600 - 30] < 4000 > day.rates[begin + 2400 + 30]
    assert day.rates[begin + 4200 :] == usual.rates[begin + 4200 :]


def test_only_one_of_the_surges_is_announced() -> None:
    (event,) = named("black-friday").endpoint.scaling.events
    assert (event.begin.hour, event.begin.minute) == (13, 35)
    assert named("flash-crowd").endpoint.scaling.events == ()
    same = named("black-friday").without(events=True)
    assert same.endpoint == named("flash-crowd").endpoint
    assert same.rates == named("flash-crowd").rates


def test_nobody_works_at_night_and_at_the_weekend() -> None:
    week = named("working-week")
    assert week.seconds == 7 * 24 * HOUR
    assert week.endpoint.sleep is not None
    for day in range(7):
        works = sum(week.rates[day * 24 * HOUR : day * 24 * HOUR + 14 * HOUR])
        night = sum(week.rates[day * 24 * HOUR + 14 * HOUR : (day + 1) * 24 * HOUR])
        assert (works > 0, night) == (day < 5, 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"demand": {"mean": -1, "rhythm": 2, "peak": "14:00"}}, "demand.mean"),
        ({"demand": {"mean": 1, "rhythm": 2, "peak": "25:00"}}, "demand.peak"),
        ({"demand": {"mean": 1, "rhythm": 2, "peak": "10:00", "peek": 1}}, "demand.peek"),
        ({"lasts": "a while"}, "lasts"),
        ({"endpoint": {"scaling": {"min": 5, "max": 2}}}, "endpoint.yaml"),
        ({"seed": 4}, "seed"),
    ],
)
def test_what_is_wrong_in_a_scenario_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongScenario, match=said):
        scenario_of("odd", {**content(), **change})


def test_an_unknown_scenario_names_those_that_there_are() -> None:
    with pytest.raises(WrongScenario, match="black-friday, flash-crowd, normal-day, working-week"):
        named("doomsday")


def write(folder: Path, text: str) -> Path:
    path = folder / "trace.csv"
    path.write_text(text)
    return path


def test_a_trace_in_seconds_or_minutes(tmp_path: Path) -> None:
    trace = read_trace(write(tmp_path, "requests_per_second\n5\n7.5\n"))
    assert list(trace.rates) == [5, 7.5]
    trace = read_trace(write(tmp_path, "requests_per_minute\n60\n120\n"))
    assert list(trace.rates) == [1.0] * 60 + [2.0] * 60


def test_a_trace_with_times(tmp_path: Path) -> None:
    text = "time,requests_per_minute\n2026-11-27T08:00+01:00,600\n2026-11-27T08:05+01:00,1200\n"
    trace = read_trace(write(tmp_path, text))
    assert trace.start == datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
    assert list(trace.rates) == [10.0] * 300 + [20.0] * 300


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "first line"),
        ("rps\n1\n", "requests_per_second or requests_per_minute"),
        ("requests_per_second\n", "no row"),
        ("requests_per_second\n1\nmany\n", "line 3: 'many'"),
        ("requests_per_second\n-1\n", "line 2"),
        ("time,requests_per_second\nnoon,1\n", "line 2: 'noon'"),
        (
            "time,requests_per_second\n2026-01-01T00:00:00,1\n2026-01-01T00:00:01,1\n"
            "2026-01-01T00:00:09,1\n",
            "line 4: 8 s",
        ),
    ],
)
def test_what_is_wrong_in_a_trace_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WrongScenario, match=said):
        read_trace(write(tmp_path, text))


def test_a_trace_is_rehearsed_with_its_own_settings_on_the_normal_day_s_conditions(
    tmp_path: Path,
) -> None:
    trace = write(tmp_path, "time,requests_per_minute\n2026-11-27T08:00,600\n2026-11-27T08:05,60\n")
    spec = tmp_path / "endpoint.yaml"
    spec.write_text("hosting: {instance_type: ml.m5.large}\nscaling: {max: 7}\n")
    scenario = of_trace(trace, spec)
    assert (scenario.name, scenario.seconds, scenario.requests) == ("trace", 600, 3300)
    assert scenario.endpoint.scaling.max == 7
    assert scenario.price.usd_per_hour == 0.115
    assert (scenario.service, scenario.normal) == (named("normal-day").service, None)
    with pytest.raises(WrongScenario, match="SPEC"):
        of_trace(trace, tmp_path / "none.yaml")
    spec.write_text("hosting: {instance_type: ml.c5.large}\n")
    with pytest.raises(WrongScenario, match=r"no price of ml\.c5\.large"):
        of_trace(trace, spec)
