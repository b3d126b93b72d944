from datetime import timedelta

import pytest

from slipway.domain.spec.durations import format_duration, parse_duration
from slipway.domain.spec.schedules import normalise_cron, normalise_schedule


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 20 ? * MON-FRI *)",
        "cron(0/15 8-18 ? * 2,4,6 *)",
        "cron(0 0 L * ? 2026)",
        "cron(0 0 LW * ? *)",
        "cron(0 0 15W JAN,JUL ? 2026-2030)",
        "cron(0 9 ? * MON#1 *)",
        "cron(0 9 ? * 6L *)",
        "cron(*/5 * * * ? *)",
    ],
)
def test_cron_expressions_of_scheduler_are_kept(expression):
    assert normalise_cron(expression) == expression
    assert normalise_cron(expression[5:-1]) == expression


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 20 * * *", "six fields"),
        ("60 20 ? * * *", "minutes `60`"),
        ("0 24 ? * * *", "hours `24`"),
        ("0 20 ? 13 * *", "month `13`"),
        ("0 20 ? * FUNDAY *", "day of week `FUNDAY`"),
        ("0 20 * * * *", "must be `?`"),
        ("0 20 ? * ? *", "must be `?`"),
        ("0 20 ? * MON#6 *", "day of week"),
        ("0/0 20 ? * * *", "minutes"),
        ("0 20 ? * * 1969", "year"),
        ("0 1-2-3 ? * * *", "hours"),
    ],
)
def test_cron_expressions_that_scheduler_refuses_are_explained(expression, words):
    with pytest.raises(ValueError, match=words.replace("?", r"\?")):
        normalise_cron(expression)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("rate(1 hour)", "rate(1 hour)"),
        ("rate(1 hours)", "rate(1 hour)"),
        ("rate( 5  minutes )", "rate(5 minutes)"),
        ("cron(0 0 1 * ? *)", "cron(0 0 1 * ? *)"),
    ],
)
def test_rates_and_crons_are_schedules(given, kept):
    assert normalise_schedule(given) == kept


@pytest.mark.parametrize("given", ["rate(0 hours)", "rate(1 week)", "rate(1.5 hours)", "hourly"])
def test_other_schedules_are_refused(given):
    with pytest.raises(ValueError, match="rate|six fields"):
        normalise_schedule(given)


@pytest.mark.parametrize(
    ("given", "written"),
    [("10m", "10m"), ("60m", "1h"), ("90s", "1m30s"), (3600, "1h"), ("1d2h", "1d2h"), (0, "0s")],
)
def test_durations_are_written_in_their_shortest_form(given, written):
    assert format_duration(parse_duration(given)) == written
    assert parse_duration(written) == parse_duration(given)


@pytest.mark.parametrize("given", ["", "m", "10", "10 m", "-5m", -1, 1.5, True, None, "400d"])
def test_what_is_no_duration_is_refused(given):
    with pytest.raises(ValueError, match="duration"):
        parse_duration(given)


def test_a_timedelta_is_a_duration():
    assert parse_duration(timedelta(minutes=5)) == timedelta(minutes=5)
