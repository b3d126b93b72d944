"""Traffic that comes and cannot be judged: told once, then once a day, with the reasons."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.drift_runs.captures import line, lines
from tests.unit.drift_runs.watching import Watching

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED = "Drift Check Failed"


@pytest.fixture
def watching() -> Watching:
    """An endpoint with training data beside its model."""
    watching = Watching(label="label")
    watching.baseline()
    return watching


def test_what_comes_and_cannot_be_judged_is_told_once_a_day(watching: Watching) -> None:
    for hour in range(26):
        watching.traffic(50)
        watching.capture(f"half a record of {hour}\n".encode() * 250)
        assert watching.run()["verdict"] == "cannot-tell"
    assert watching.announcer.kinds == ["Drift Check Failed"] * 2
    (first, _) = watching.announcer.news
    assert first.for_people
    assert first.reason == (
        "The traffic of churn cannot be judged: 250 of 300 captured records cannot be read: "
        "250 malformed."
    )
    assert first.report
    assert watching.record.blind
    assert watching.record.blind["records"] == 26 * 300
    watching.run()
    assert watching.record.blind
    watching.traffic()
    assert watching.run()["verdict"] == "no-drift"
    assert watching.record.blind is None


def test_requests_in_pythons_json_are_read_and_what_they_lack_is_seen(watching: Watching) -> None:
    asked = [_request(n, "NaN" if n % 20 < 9 else f"{n % 13 - 6}e-1") for n in range(600)]
    watching.capture(b"\n".join(asked))
    told = watching.run()
    assert told["verdict"] == "drift"
    assert watching.announcer.kinds == ["Model Drift Detected", "Retraining Suggested"]
    assert "a: 45.00% of the values are missing" in watching.announcer.news[0].reason
    assert watching.gauges.shown[-1][0]["unreadable"] == 0


def test_a_share_that_cannot_be_read_is_told_and_does_not_end_an_episode(
    watching: Watching,
) -> None:
    for hour in range(30):
        watching.traffic(400)
        watching.capture(f"half a record of {hour}\n".encode() * (40 if hour else 0))
        watching.run()
    assert watching.announcer.kinds == ["Model Drift Detected"]
    (told,) = watching.announcer.news
    assert "9.09% of the captured records cannot be read: 40 malformed" in told.reason
    assert watching.record.episode is not None


def test_a_share_of_answers_that_cannot_be_read_is_told(watching: Watching) -> None:
    whole = watching.bucket.objects[watching.traffic(400)].content.splitlines()
    watching.run()
    watching.capture(b"\n".join([*map(_garbled, whole[:20]), *whole[20:]]))
    watching.run()
    assert watching.announcer.kinds == ["Model Drift Detected"]
    assert watching.announcer.news[0].reason.endswith(
        "5.00% of the captured answers cannot be read: 20 output undecodable."
    )


def _garbled(record: bytes) -> bytes:
    """Return a record whose answer is no text."""
    told = json.loads(record)
    told["captureData"]["endpointOutput"] |= {"data": "/9gA", "encoding": "BASE64"}
    return json.dumps(told).encode()


def _request(number: int, first: str) -> bytes:
    told = json.loads(line("", str(number % 2), event=f"e-{number}"))
    second = (number % 7 - 3) / 2
    body = f'{{"a": {first}, "b": {second}}}'
    told["captureData"]["endpointInput"] |= {"data": body, "encoding": "JSON"}
    return json.dumps(told).encode()


def test_too_few_requests_and_learning_are_no_trouble(watching: Watching) -> None:
    for _ in range(5):
        watching.traffic(30)
        watching.run()
    learning = Watching(learn=2000)
    for _ in range(3):
        learning.traffic(500)
        learning.run()
    assert (watching.announcer.kinds, learning.announcer.kinds) == ([], [])


def test_a_baseline_that_cannot_be_learnt_is_told() -> None:
    learning = Watching(learn=2000)
    for hour in range(3):
        learning.traffic(10)
        learning.capture(f"half a record of {hour}\n".encode() * 90)
        learning.run()
    assert learning.announcer.kinds == ["Drift Check Failed"]
    assert "90 of 100 captured records cannot be read" in learning.announcer.news[0].reason


# ── from the very start ─────────────────────────────────────────────────────────────────────────


def undecodable(hour: int, count: int = 300) -> bytes:
    """Return requests in an encoding that is none of text, in an hour."""
    body = base64.b64encode(b"\xff\xfe\x00\xd8").decode()
    told = json.loads(line(body))
    for side in told["captureData"].values():
        side |= {"data": body, "encoding": "BASE64"}
    told["eventMetadata"]["eventId"] = f"{hour}"
    return (json.dumps(told).encode() + b"\n") * count


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda hour: f"no record, {hour}\n".encode() * 300, "300 malformed"),
        (undecodable, "300 undecodable"),
        (lambda hour: lines([""] * 300, f"{hour}"), "300 no input"),
    ],
)
def test_what_no_record_can_be_read_of_is_told_once_a_day(
    content: Callable[[int], bytes], reason: str, known: bool
) -> None:
    watching = Watching(label="label" if known else None)
    if known:
        watching.baseline()
    for hour in range(26):
        watching.capture(content(hour))
        assert watching.run()["verdict"] == "cannot-tell"
    assert watching.announcer.kinds == [FAILED] * 2
    assert reason in watching.announcer.news[0].reason
    entry = watching.record.history[0]
    assert (entry["records"], sum(entry["troubles"].values())) == (300, 300)


def test_a_little_that_cannot_be_read_is_told_once_it_has_lasted_a_day() -> None:
    watching = Watching()
    watching.capture(b"no record\n" * 7)
    for _ in range(24):
        watching.run()
    assert watching.announcer.kinds == []
    watching.run()
    assert [each.reason for each in watching.announcer.news] == [
        "The traffic of churn cannot be judged: None of 7 captured records that were looked at can "
        "be read: 7 malformed."
    ]
    for _ in range(30):
        watching.run()
    assert watching.announcer.kinds == [FAILED]
    watching.capture(b"nor is this\n")
    watching.run()
    assert watching.announcer.kinds == [FAILED] * 2
    watching.traffic(1200)
    watching.run()
    watching.traffic(300)
    assert watching.run()["verdict"] == "no-drift"
    assert watching.record.blind is None


def test_a_broken_line_now_and_then_is_no_trouble(watching: Watching) -> None:
    for _ in range(4):
        watching.capture(b'{"captureData": {"endpointInp')
        watching.run()
        for _ in range(15):
            watching.traffic(3)
            watching.run()
    assert watching.announcer.kinds == []


def test_rows_of_another_width_add_up_to_a_verdict(watching: Watching) -> None:
    for hour in range(4):
        watching.capture(lines(["1,2,3"] * 60, f"{hour}"))
        watching.run()
    assert [each["verdict"] for each in watching.record.history] == ["cannot-tell"] * 3 + ["drift"]
    assert "Extra columns" in watching.announcer.news[0].reason


def test_rows_that_have_no_columns_in_common_are_told() -> None:
    watching = Watching()
    for hour in range(3):
        rows = [",".join("1" * (1 + n % 90)) for n in range(270)]
        watching.capture(lines(rows, f"{hour}"))
        watching.run()
    assert watching.announcer.kinds == [FAILED]
    assert "267 of 270 rows have other columns" in watching.announcer.news[0].reason
