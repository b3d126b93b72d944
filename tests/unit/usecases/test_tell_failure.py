"""Executions that ended without having said why themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slipway.domain.ended import Ended
from slipway.ports import LastState
from slipway.usecases.tell_failure import Told, endpoint_of, tell_failure
from tests.fakes.make import drop, execution
from tests.fakes.world import FakeAnnouncer, FakeExecutions

SAMPLES = Path(__file__).parents[3] / "events"
ENDED = Ended(execution("one"), "FAILED", given={"endpoint": "churn"})


@pytest.fixture
def executions() -> FakeExecutions:
    executions = FakeExecutions()
    executions.last_states[ENDED.execution] = LastState("Claim Release", deliberate=False)
    executions.endings[ENDED.execution] = "ClientError: not today"
    return executions


def tell(executions: FakeExecutions, announcer: FakeAnnouncer) -> Told:
    return tell_failure(ENDED, "release", executions=executions, announcer=announcer)


def test_where_it_ended_and_why_is_told(executions: FakeExecutions) -> None:
    announcer = FakeAnnouncer()
    assert tell(executions, announcer).told
    (news,) = announcer.news
    assert (news.kind, news.endpoint, news.execution) == (
        "Workflow Failed",
        "churn",
        ENDED.execution,
    )
    assert news.reason.startswith(
        "An execution of release failed in Claim Release: ClientError: not today."
    )
    assert news.facts == {"workflow": "release", "status": "FAILED", "state": "Claim Release"}


def test_what_a_workflow_said_itself_is_not_told_again(executions: FakeExecutions) -> None:
    announcer = FakeAnnouncer()
    executions.last_states[ENDED.execution] = LastState("Release Failed", deliberate=True)
    assert not tell(executions, announcer).told
    assert announcer.news == []


def test_one_that_was_redriven_meanwhile_is_left_alone(executions: FakeExecutions) -> None:
    announcer = FakeAnnouncer()
    executions.running.add(ENDED.execution)
    assert tell(executions, announcer).reason == "It runs again"
    assert announcer.news == []


def sample(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return loaded


@pytest.mark.parametrize(
    ("given", "endpoint"),
    [
        ({"endpoint": "churn", "check": True}, "churn"),
        ({"drop": drop().as_dict(), "previous": "one"}, "churn"),
        (sample("s3-object-created-model"), "churn"),
        (sample("s3-object-created-too-deep"), ""),
        (sample("cloudwatch-alarm-rings"), "churn"),
        ({}, ""),
        ({"detail": None}, ""),
        ({"detail": {"object": "none"}}, ""),
        ({"drop": "none"}, ""),
    ],
)
def test_the_endpoint_is_found_in_whatever_started_it(given: dict[str, Any], endpoint: str) -> None:
    assert endpoint_of(given) == endpoint
