"""What EventBridge and its Scheduler accept, refuse and mean, as tables."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sandbox.events.schedules.expressions import InvalidExpression, parse_rule, parse_schedule

ACCEPTED = [
    "rate(1 minute)",
    "rate(1 minutes)",
    "rate(5 minutes)",
    "rate(1 hour)",
    "rate(24 hours)",
    "rate(7 days)",
    "at(2026-11-20T13:00:00)",
    "cron(0 10 * * ? *)",
    "cron(15 12 * * ? *)",
    "cron(0 18 ? * MON-FRI *)",
    "cron(0 8 1 * ? *)",
    "cron(0/15 * * * ? *)",
    "cron(*/15 * * * ? *)",
    "cron(0/10 * ? * MON-FRI *)",
    "cron(0/5 8-17 ? * MON-FRI *)",
    "cron(0/30 20-23,0-2 ? * MON-FRI *)",
    "cron(0 9 ? * 2#1 *)",
    "cron(0 9 ? * FRI#3 *)",
    "cron(15 10 ? * 6L 2022-2030)",
    "cron(0 10 L * ? *)",
    "cron(0 10 ? * L *)",
    "cron(0 10 15W * ? *)",
    "cron(0 0 1 JAN,APR,JUL,OCT ? *)",
    "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)",
    "cron(1-31/30 1-1 ? * 1,7 *)",
    "cron(0 0 1 1-12/3 ? *)",
    "cron(0 0 1 1 ? 1970-2199/5)",
    "cron(0   10   *   *   ?   *)",
    "cron(0 0 31 2 ? *)",
]

REFUSED = [
    "",
    "cron()",
    "cron(INVALID)",
    "cron(0 10 * * ?)",
    "cron(0 10 * * ? * *)",
    "cron(0 1 * * * *)",
    "cron(0 1 ? * ? *)",
    "cron(0 1 1 * MON *)",
    "cron(7 20 * * NOT *)",
    "cron(0 dummy ? * MON-FRI *)",
    "cron(71 8 1 * ? *)",
    "cron(60 * * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 0 0 * ? *)",
    "cron(0 0 32 * ? *)",
    "cron(0 0 * 13 ? *)",
    "cron(0 0 * 0 ? *)",
    "cron(0 0 ? * 8 *)",
    "cron(0 0 ? * 0 *)",
    "cron(15 12 ? * -1 *)",
    "cron(0 0 * * ? 1969)",
    "cron(0 0 * * ? 2200)",
    "cron(0/0 * * * ? *)",
    "cron(0/60 * * * ? *)",
    "cron(5-1 * * * ? *)",
    "cron(, * * * ? *)",
    "cron(1, * * * ? *)",
    "cron(*,5 * * * ? *)",
    "cron(? * * * ? *)",
    "cron(0 0 ? * 2/2 *)",
    "cron(0 0 ? * 3#1,6#3 *)",
    "cron(0 0 ? * 3#6 *)",
    "cron(0 0 ? * 3#0 *)",
    "cron(0 0 1W,15W * ? *)",
    "cron(0 0 W * ? *)",
    "cron(0 L * * ? *)",
    "cron(0 0 * JANUARY ? *)",
    "cron(0 10 * * ? *) ",
    "CRON(0 10 * * ? *)",
    "0 10 * * ? *",
    "rate()",
    "rate(10)",
    "rate(0 minutes)",
    "rate(-10 minutes)",
    "rate(1.5 hours)",
    "rate(10 seconds)",
    "rate(10 weeks)",
    "rate(10 years)",
    "rate(10 minutess)",
    "rate(10 minute)",
    "rate(foo minutes)",
    "rate( 10 minutes )",
    " rate(10 minutes)",
    "rate(10  minutes)",
    "Rate(10 minutes)",
    "at(2021-12-31T23:59:59Z)",
    "at(2021-12-31T23:59)",
    "at(2021-12-31)",
    "at(2021-02-30T10:00:00)",
    "at(2021-12-31T24:00:00)",
    "at(2021-12-31 23:59:59)",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_scheduler_accepts(text):
    parse_schedule(text)


@pytest.mark.parametrize("text", REFUSED)
def test_scheduler_refuses_and_names_the_expression(text):
    with pytest.raises(InvalidExpression, match="Invalid Schedule Expression"):
        parse_schedule(text)


@pytest.mark.parametrize("text", ["rate(1 minutes)", "at(2026-11-20T13:00:00)", "rate(5 hour)"])
def test_a_rule_refuses_what_only_scheduler_takes(text):
    with pytest.raises(InvalidExpression):
        parse_rule(text)


@pytest.mark.parametrize("text", ["rate(1 day)", "rate(2 days)", "cron(0 10 * * ? *)"])
def test_a_rule_accepts(text):
    parse_rule(text)


def occurrences(text, start, count=1, zone="UTC"):
    """Return the next `count` occurrences after a UTC time, as local ISO minutes."""
    expression, tz = parse_schedule(text), ZoneInfo(zone)
    moment = anchor = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = []
    for _ in range(count):
        moment = expression.next(moment, anchor=anchor, zone=tz)
        if moment is None:
            return found
        found.append(moment.astimezone(tz).isoformat(timespec="minutes"))
    return found


OCCURRENCES = [
    ("cron(0 10 * * ? *)", "2026-01-01T10:00", ["2026-01-02T10:00"]),
    ("cron(0 10 * * ? *)", "2026-01-01T09:59", ["2026-01-01T10:00"]),
    ("cron(1/10 * * * ? *)", "2026-01-01T00:05", ["2026-01-01T00:11", "2026-01-01T00:21"]),
    ("cron(0 18 ? * MON-FRI *)", "2026-01-02T18:00", ["2026-01-05T18:00", "2026-01-06T18:00"]),
    ("cron(0 0 L * ? *)", "2028-02-01T00:00", ["2028-02-29T00:00", "2028-03-31T00:00"]),
    ("cron(0 0 31 * ? *)", "2026-01-31T00:00", ["2026-03-31T00:00", "2026-05-31T00:00"]),
    # Saturday 2026-08-15 moves to Friday, Sunday 2026-11-15 to Monday
    ("cron(0 0 15W 8,11 ? *)", "2026-08-01T00:00", ["2026-08-14T00:00", "2026-11-16T00:00"]),
    # Saturday the first of a month stays within the month
    ("cron(0 0 1W 8 ? *)", "2026-07-01T00:00", ["2026-08-03T00:00"]),
    # Sunday the last day of a month likewise
    ("cron(0 0 31W 5 ? *)", "2026-05-01T00:00", ["2026-05-29T00:00"]),
    # third Friday, last Friday, Saturdays
    ("cron(0 0 ? * 6#3 *)", "2026-01-01T00:00", ["2026-01-16T00:00", "2026-02-20T00:00"]),
    ("cron(0 0 ? * 6L *)", "2026-01-01T00:00", ["2026-01-30T00:00", "2026-02-27T00:00"]),
    ("cron(0 0 ? * L *)", "2026-01-01T00:00", ["2026-01-03T00:00", "2026-01-10T00:00"]),
    # a fifth Monday is rare
    ("cron(0 0 ? * 2#5 *)", "2026-01-01T00:00", ["2026-03-30T00:00", "2026-06-29T00:00"]),
    ("cron(0 0 1 1 ? 2030)", "2026-01-01T00:00", ["2030-01-01T00:00"]),
    ("cron(0 0 29 2 ? *)", "2026-01-01T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]),
    ("rate(90 minutes)", "2026-01-01T00:00", ["2026-01-01T01:30", "2026-01-01T03:00"]),
    ("at(2026-01-01T12:34:00)", "2026-01-01T00:00", ["2026-01-01T12:34"]),
]


@pytest.mark.parametrize(("text", "start", "expected"), OCCURRENCES)
def test_next_occurrences(text, start, expected):
    found = occurrences(text, start, len(expected))
    assert [moment.removesuffix("+00:00") for moment in found] == expected


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("cron(0 0 31 2 ? *)", "2026-01-01T00:00"),
        ("cron(0 0 1 1 ? 2025)", "2026-01-01T00:00"),
        ("at(2025-12-31T23:59:59)", "2026-01-01T00:00"),
    ],
)
def test_what_never_comes_again_has_no_next(text, start):
    assert occurrences(text, start) == []


class TestDaylightSaving:
    def test_a_local_time_skipped_in_spring_does_not_occur_that_day(self):
        found = occurrences("cron(30 2 * * ? *)", "2026-03-07T12:00", 2, "America/New_York")
        assert found == ["2026-03-09T02:30-04:00", "2026-03-10T02:30-04:00"]

    def test_a_local_time_repeated_in_autumn_occurs_once(self):
        found = occurrences("cron(30 1 * * ? *)", "2026-11-01T04:00", 2, "America/New_York")
        assert found == ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]

    def test_every_half_hour_pauses_while_the_hour_is_repeated(self):
        found = occurrences("cron(0/30 * * * ? *)", "2026-11-01T04:59", 4, "America/New_York")
        assert found == [
            "2026-11-01T01:00-04:00",
            "2026-11-01T01:30-04:00",
            "2026-11-01T02:00-05:00",
            "2026-11-01T02:30-05:00",
        ]

    def test_a_schedule_keeps_its_local_time_through_a_change(self):
        found = occurrences("cron(0 7 * * ? *)", "2026-03-28T00:00", 2, "Europe/Berlin")
        assert found == ["2026-03-28T07:00+01:00", "2026-03-29T07:00+02:00"]

    def test_a_day_of_a_rate_is_twenty_four_hours(self):
        found = occurrences("rate(1 day)", "2026-03-07T17:00", 2, "America/New_York")
        assert found == ["2026-03-08T13:00-04:00", "2026-03-09T13:00-04:00"]

    def test_at_a_skipped_moment_nothing_occurs(self):
        found = occurrences("at(2026-03-08T02:30:00)", "2026-03-01T00:00", 1, "America/New_York")
        assert found == []

    def test_at_a_repeated_moment_the_first_counts(self):
        found = occurrences("at(2026-11-01T01:30:00)", "2026-10-31T00:00", 1, "America/New_York")
        assert found == ["2026-11-01T01:30-04:00"]
