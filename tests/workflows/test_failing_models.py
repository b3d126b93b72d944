"""Models that pass the inspection and then do not serve: the reason and the log reach the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stage.archives import RAISING, archive, scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage


def test_a_container_that_does_not_start_shows_sagemakers_reason_and_its_log(
    stage: Stage, endpoint: Endpoint
) -> None:
    endpoint.spec(scripted_spec())
    record = endpoint.release("1", scripted(source=RAISING))
    assert record.outcome == "failed"
    assert "did not pass the ping health check" in record.reason
    assert "The last lines of the container's log:" in record.reason
    assert "RuntimeError: the weights are not in the archive" in record.reason
    assert endpoint.made() == {}
    assert endpoint.has_input("1")
    assert stage.said(endpoint.name)[-1]["detail"]["reason"] == record.reason
    assert record.reason in stage.mails(endpoint.name)[-1][1]


def test_after_a_failure_the_same_version_can_be_dropped_again(endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    endpoint.release("1", scripted(source=RAISING))
    endpoint.release("1", scripted("mended"))
    assert endpoint.outcomes() == [("1", "failed"), ("1", "succeeded")]
    assert endpoint.ask("you") == "mended to you"


@pytest.mark.parametrize(
    ("smoke", "words"),
    [
        (
            {"content_type": "text/csv", "body": "you", "expect": "goodbye"},
            "Line 1 of smoke.jsonl: expected goodbye, got hello to you",
        ),
        (
            {"content_type": "text/csv", "body": 1, "expected": 2},
            "Line 1 of smoke.jsonl has unknown keys: expected",
        ),
    ],
)
def test_a_golden_request_that_is_not_met_takes_the_release_back(
    endpoint: Endpoint, smoke: dict[str, object], words: str
) -> None:
    endpoint.spec(scripted_spec())
    record = endpoint.release("1", scripted(), [smoke])
    assert (record.outcome, endpoint.made()) == ("failed", {})
    assert words in record.reason
    assert endpoint.has_input("1")
    assert bool(record.made) == ("expected" not in smoke), "an endpoint was made for nothing"


def test_a_model_that_fails_at_a_golden_request_is_taken_back(endpoint: Endpoint) -> None:
    source = "def model_fn(f): return 1\ndef predict_fn(d, m): raise ValueError('a column')\n"
    endpoint.spec(scripted_spec())
    smoke = [{"content_type": "text/csv", "body": "1,2"}]
    record = endpoint.release("1", archive({"code/inference.py": source.encode()}), smoke)
    assert (record.outcome, endpoint.made()) == ("failed", {})
    assert "answered 500 Internal Server Error" in record.reason


def test_errors_of_the_model_ring_the_alarm_and_reach_the_topic(
    stage: Stage, endpoint: Endpoint
) -> None:
    source = "def model_fn(f): return 1\ndef transform_fn(*_): raise ValueError('broken')\n"
    endpoint.spec(scripted_spec())
    assert endpoint.release("1", scripted(source=source)).outcome == "succeeded"
    for _ in range(8):
        with pytest.raises(Exception, match="ModelError"):
            endpoint.ask()
        stage.sandbox.advance(60)
    ringing = [a["AlarmName"] for a in endpoint.alarms() if a["StateValue"] == "ALARM"]
    assert any(name.endswith("/model-errors") for name in ringing)
    subjects = [subject for subject, _ in stage.mails(endpoint.name)]
    assert any("ALARM" in subject for subject in subjects)
