"""Slipway's two schedules of a night, fired by the sandbox's Scheduler over changes of clocks."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.kernel import Kernel
from slipway.adapters.schedules import EventSchedules
from slipway.domain.capacity.calendar import SleepCalendar
from slipway.usecases.plan_sleep import WINDOWS, plan_sleep
from tests.unit.sandbox_events.events_account import (
    ACCOUNT,
    EventsAccount,
    grant,
    make_queue,
    make_role,
    receive,
)

REST = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:rest"
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
]


@pytest.fixture
def schedules(monkeypatch, account):
    monkeypatch.setattr("slipway.adapters.schedules.client", account.client)
    role = make_role(account, "scheduling", "scheduler")
    grant(account, "scheduling", "states:StartExecution", "*")
    return EventSchedules(role)


@pytest.fixture
def account(monkeypatch, request):
    monkeypatch.setattr("sandbox.account.Quotas", lambda *_: None)
    day = getattr(request, "param", date(2026, 1, 5))
    start = datetime.combine(day - timedelta(days=2), datetime.min.time(), tzinfo=UTC)
    made = EventsAccount(Kernel(start=start))
    yield made
    made.close()


def plan(zone, schedules):
    values = {"at": "cron(30 20 * * ? *)", "until": "cron(15 6 * * ? *)", "timezone": zone}
    plan_sleep("churn", SleepCalendar.from_dict(values), schedules=schedules, machine=REST)


@pytest.mark.parametrize(
    ("zone", "account"), CHANGES, indirect=["account"], ids=[f"{z} {d}" for z, d in CHANGES]
)
def test_they_fire_once_a_day_at_the_right_local_time(zone, account, schedules):
    plan(zone, schedules)
    account.kernel.advance(4 * 86_400)
    inputs = [json.loads(given["input"]) for given, _ in account.started]
    for action, clock in (("sleep", "20:30"), ("wake", "06:15")):
        due = [
            datetime.fromisoformat(each["due"]).astimezone(ZoneInfo(zone))
            for each in inputs
            if each["action"] == action
        ]
        assert {f"{each:%H:%M}" for each in due} == {clock}
        days = [each.date() for each in due]
        assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
        assert len(days) >= 3


def test_they_are_spread_over_their_windows_and_say_what_was_due(account, schedules):
    plan("UTC", schedules)
    shown = account.client("scheduler").get_schedule(Name="slipway-churn.sleep")
    minutes = WINDOWS["sleep"].total_seconds() / 60
    assert shown["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}
    account.kernel.advance(24 * 3600)
    (sleep,) = [
        (given, when)
        for given, when in zip(account.started, _when(account), strict=True)
        if json.loads(given[0]["input"])["action"] == "sleep"
    ]
    due = datetime.fromisoformat(json.loads(sleep[0][0]["input"])["due"])
    assert timedelta() < sleep[1] - due <= WINDOWS["sleep"]


def _when(account):
    records = account.gateway.records
    return [record.time for record in records if record.operation == "StartExecution"]


def test_a_schedule_rests_and_goes_on_as_it_was(account, schedules):
    plan("Europe/Berlin", schedules)
    client = account.client("scheduler")
    before = client.get_schedule(Name="slipway-churn.sleep")
    assert schedules.pause("slipway-churn.sleep")
    assert not schedules.pause("slipway-churn.sleep")
    assert client.get_schedule(Name="slipway-churn.sleep")["State"] == "DISABLED"
    schedules.resume("slipway-churn.sleep")
    after = client.get_schedule(Name="slipway-churn.sleep")
    changing = {"LastModificationDate", "ResponseMetadata"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }


def test_what_does_not_exist_neither_rests_nor_goes_on(schedules):
    assert not schedules.pause("slipway-churn.drift")
    schedules.resume("slipway-churn.drift")


def test_a_night_that_could_not_be_started_is_a_dead_letter(account, schedules):
    url, dead = make_queue(account, "dead")
    grant(account, "scheduling", "sqs:SendMessage", dead)
    unable = EventSchedules(make_role(account, "unable", "scheduler"), dead)
    grant(account, "unable", "sqs:SendMessage", dead)
    plan("UTC", unable)
    unable.once("later", REST, {"endpoint": "churn"}, at=account.kernel.now() + timedelta(hours=1))
    account.kernel.advance(3 * 86_400)
    letters = [json.loads(each["Body"]) for each in receive(account, url)]
    assert {letter.get("action") for letter in letters} == {"sleep", "wake", None}
    assert account.bus.lost == []
