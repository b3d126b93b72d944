"""Schedules of nights, and callers that meet a sleeping endpoint."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slipway.domain.capacity.calendar import SleepCalendar
from slipway.domain.naming import schedule_name
from slipway.usecases.plan_sleep import plan_sleep, remember_sleep
from slipway.usecases.request_wake import asked_for, request_wake
from tests.fakes.rest import CALENDAR, DUE, REST, Bed


def test_two_schedules_with_jitter_follow_the_calendar(bed: Bed) -> None:
    calendar = SleepCalendar.from_dict(CALENDAR)
    plan_sleep("churn", calendar, schedules=bed.schedules, machine=REST)
    sleep, wake = (bed.schedules.schedules[schedule_name("churn", a)] for a in ("sleep", "wake"))
    assert sleep["payload"] == {"endpoint": "churn", "action": "sleep", "due": "{due}"}
    assert (sleep["expression"], sleep["timezone"]) == (CALENDAR["at"], "Europe/Berlin")
    assert wake["expression"] == CALENDAR["until"]
    assert timedelta() < wake["window"] < sleep["window"]
    plan_sleep("churn", None, schedules=bed.schedules, machine=REST)
    assert bed.schedules.schedules == {}


def test_settings_that_change_without_a_model_count_at_once(evening: Bed) -> None:
    later = SleepCalendar.from_dict({**CALENDAR, "except": ["2026-03-02"]})
    remember_sleep("churn", later, ledger=evening.ledger)
    assert "leave this day out" in evening.begin(DUE).reason
    remember_sleep("churn", None, ledger=evening.ledger)
    assert "no longer" in evening.begin(DUE).reason


def test_whoever_meets_it_asleep_wakes_it_once(asleep: Bed) -> None:
    def ask(name: str = "churn") -> tuple[int, str]:
        answer = request_wake(
            name,
            ledger=asleep.ledger,
            starter=asleep.executions,
            clock=asleep.clock,
            machine=REST,
        )
        return answer.status, answer.ready_at

    first = ask()
    assert first == ask() == (202, "2026-03-02T17:10:00+00:00")
    (payload,) = asleep.executions.started.values()
    assert payload == {"endpoint": "churn", "action": "wake"}
    asleep.begin_wake()
    asleep.change(provisioning=(280, 320))
    assert ask() == (202, "2026-03-02T17:05:20+00:00")
    asleep.end("awake")
    assert ask()[0] == 200
    for name in ("nobody", "", "no/body", "x" * 2000):
        assert ask(name)[0] == 404


def test_after_a_wake_that_failed_the_next_caller_starts_another(asleep: Bed) -> None:
    def ask() -> str:
        return request_wake(
            "churn",
            ledger=asleep.ledger,
            starter=asleep.executions,
            clock=asleep.clock,
            machine=REST,
        ).ready_at

    asleep.begin_wake()
    ask()
    assert asleep.executions.started == {}, "it wakes already"
    asleep.clock.advance(hours=1)
    asleep.end("failed", Error="CapacityRefused", Cause="full")
    told = [ask() for _ in range(3)]
    assert list(asleep.executions.started.values()) == [{"endpoint": "churn", "action": "wake"}]
    assert set(told) == {(asleep.clock.now() + timedelta(minutes=10)).isoformat()}


@pytest.mark.parametrize(
    ("event", "endpoint"),
    [
        ({"rawPath": "/churn"}, "churn"),
        ({"rawPath": "/", "queryStringParameters": {"endpoint": "churn"}}, "churn"),
        ({}, ""),
    ],
)
def test_a_request_names_the_endpoint_by_path_or_query(
    event: dict[str, object], endpoint: str
) -> None:
    assert asked_for(event) == endpoint
