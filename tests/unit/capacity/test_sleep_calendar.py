from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.events.schedules.expressions import parse_schedule
from slipway.domain.capacity.calendar import SleepCalendar, gaps
from slipway.domain.capacity.cron import Cron, UnreadableCron
from slipway.domain.spec import InvalidSpec, parse_spec

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
# The days of 2026 on which the clocks change.
CHANGES = {
    BERLIN: (date(2026, 3, 29), date(2026, 10, 25)),
    NEW_YORK: (date(2026, 3, 8), date(2026, 11, 1)),
}
zones = st.sampled_from([BERLIN, NEW_YORK])
seasons = st.sampled_from([0, 1])
hours, minutes = st.integers(0, 23), st.integers(0, 59)


def calendar(at: str, until: str, zone: ZoneInfo, *excepted: date) -> SleepCalendar:
    return SleepCalendar(Cron.parse(at), Cron.parse(until), zone, frozenset(excepted))


def skipped_on(day: date, hour: int, zone: ZoneInfo) -> bool:
    return hour == 2 and day == CHANGES[zone][0]


@given(zones, seasons, hours, minutes)
@settings(max_examples=200)
def test_each_day_has_one_sleep_at_the_right_local_time_over_both_changes(
    zone: ZoneInfo, season: int, hour: int, minute: int
) -> None:
    change = CHANGES[zone][season]
    days = [change + timedelta(days=number) for number in range(-2, 3)]
    begin = datetime.combine(days[0], datetime.min.time(), tzinfo=zone).astimezone(UTC)
    plan = calendar(f"cron({minute} {hour} * * ? *)", "cron(0 6 * * ? *)", zone)
    found: list[datetime] = []
    when = begin - timedelta(microseconds=1)
    while (due := plan.next_sleep(when)) and due.astimezone(zone).date() <= days[-1]:
        found.append(due)
        when = due
    local = [due.astimezone(zone) for due in found]
    assert {(each.hour, each.minute) for each in local} == {(hour, minute)}
    expected = [day for day in days if not skipped_on(day, hour, zone)]
    assert [each.date() for each in local] == expected
    assert all(each.fold == 0 for each in local), "what autumn repeats fires the first time"


# What both understand; the sandbox reads days of the week without steps, as Scheduler does.
field = st.one_of(st.just("*"), st.integers(0, 23).map(str), st.just("*/5"), st.just("6-9,20"))
day_fields = st.sampled_from(
    ["* ?", "? *", "? MON-FRI", "? SAT,SUN", "L ?", "15W ?", "? 6L", "? MON#2", "31 ?", "1/10 ?"]
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda when: when.replace(tzinfo=UTC)
)


@given(zones, st.integers(0, 59), field, day_fields, moments)
@settings(max_examples=300)
def test_the_calendar_agrees_with_what_scheduler_does(
    zone: ZoneInfo, minute: int, hour: str, days: str, after: datetime
) -> None:
    day, weekday = days.split()
    text = f"cron({minute} {hour} {day} * {weekday} *)"
    wanted = parse_schedule(text).next(after, anchor=after, zone=zone)
    assert calendar(text, "cron(0 6 * * ? *)", zone).next_sleep(after) == wanted


def test_a_night_is_as_long_as_the_clocks_make_it() -> None:
    plan = calendar("cron(0 20 * * ? *)", "cron(0 6 * * ? *)", BERLIN)
    lengths = []
    for change in CHANGES[BERLIN]:
        evening = datetime(2026, change.month, change.day - 1, 12, tzinfo=UTC)
        asleep = plan.next_sleep(evening)
        awake = plan.next_wake(asleep) if asleep else None
        assert asleep
        assert awake
        lengths.append((awake - asleep) / timedelta(hours=1))
    assert lengths == [9, 11]


def test_a_day_that_is_left_out_by_its_local_date_has_no_sleep() -> None:
    # 20:00 in New York on Christmas Eve is the 25th in UTC.
    eve = date(2026, 12, 24)
    plan = calendar("cron(0 20 * * ? *)", "cron(0 6 * * ? *)", NEW_YORK, eve)
    sleep = plan.next_sleep(datetime(2026, 12, 24, 12, tzinfo=UTC))
    assert sleep == datetime(2026, 12, 26, 1, tzinfo=UTC)
    assert not plan.sleeps(datetime(2026, 12, 25, 1, tzinfo=UTC))
    assert plan.sleeps(sleep)


def test_a_calendar_survives_the_ledger() -> None:
    plan = calendar("cron(0 20 ? * MON-FRI *)", "cron(0 6 ? * 2-6 *)", BERLIN, date(2026, 12, 24))
    assert SleepCalendar.from_dict(plan.as_dict()) == plan


def test_what_never_comes_is_nothing() -> None:
    plan = calendar("cron(0 20 * * ? 2025)", "cron(0 6 31 2 ? *)", BERLIN)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert plan.next_sleep(now) is None
    assert plan.next_wake(now) is None


def test_the_gaps_of_a_year_are_known() -> None:
    (berlin,) = gaps(BERLIN, 2026, 2026)
    assert (berlin.begin, berlin.end) == (datetime(2026, 3, 29, 2), datetime(2026, 3, 29, 3))
    assert gaps(ZoneInfo("UTC"), 2026, 2060) == ()
    (half,) = gaps(ZoneInfo("Australia/Lord_Howe"), 2026, 2026)
    assert half.end - half.begin == timedelta(minutes=30)


SPEC = """\
hosting: {{}}
sleep:
  at: "{at}"
  until: "{until}"
  timezone: {zone}
"""


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Berlin", "2026-03-29"), ("America/New_York", "2026-03-08")]
)
@pytest.mark.parametrize(("field", "line"), [("at", 3), ("until", 4)])
def test_a_time_inside_a_spring_gap_is_refused_on_its_line(
    zone: str, day: str, field: str, line: int
) -> None:
    texts = {"at": "cron(0 20 * * ? *)", "until": "cron(0 6 * * ? *)"}
    texts[field] = "cron(30 2 * * ? *)"
    with pytest.raises(InvalidSpec) as refused:
        parse_spec(SPEC.format(zone=zone, **texts))
    (problem,) = refused.value.problems
    assert (problem.path, problem.line) == (f"sleep.{field}", line)
    assert f"02:30 does not exist in {zone} on {day}" in problem.message
    assert problem.suggestion
    assert "03:00 or later" in problem.suggestion


@pytest.mark.parametrize(
    "at",
    [
        "cron(0 3 * * ? *)",  # the first time after the gap
        "cron(59 1 * * ? *)",  # the last one before it
        "cron(30 2 ? * MON-FRI *)",  # clocks change on Sundays
        "cron(30 2 * 6 ? *)",
    ],
)
def test_times_that_exist_are_accepted(at: str) -> None:
    assert parse_spec(SPEC.format(at=at, until="cron(0 7 * * ? *)", zone="Europe/Berlin")).sleep


def test_a_gap_on_a_day_that_is_left_out_harms_nobody() -> None:
    spec = SPEC.format(at="cron(30 2 29 3 ? 2026)", until="cron(0 7 * * ? *)", zone="Europe/Berlin")
    with pytest.raises(InvalidSpec):
        parse_spec(spec)
    assert parse_spec(spec + '  except: ["2026-03-29"]\n').sleep


@pytest.mark.parametrize("text", ["cron(0 20 ? * FRI-MON *)", "cron(0 20 ? * MON/2 *)"])
def test_what_scheduler_refuses_is_refused_at_planning(text: str) -> None:
    with pytest.raises(InvalidSpec, match="line 3: sleep.at"):
        parse_spec(SPEC.format(at=text, until="cron(0 6 * * ? *)", zone="UTC"))


@pytest.mark.parametrize("text", ["cron(0 20 * * ?)", "cron(0 24 * * ? *)", "cron(x 2 * * ? *)"])
def test_a_cron_that_is_none_is_told(text: str) -> None:
    with pytest.raises(UnreadableCron):
        Cron.parse(text)
