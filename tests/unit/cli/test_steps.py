from datetime import UTC, datetime, timedelta

import pytest

from slipway_cli.steps import steps_of

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def history(*events: tuple[int, str, str]):
    entered = {"TaskStateEntered", "FailStateEntered", "ChoiceStateEntered", "WaitStateEntered"}
    return [
        {
            "timestamp": BEGIN + timedelta(seconds=second),
            "type": kind,
            **({"stateEnteredEventDetails": {"name": name}} if kind in entered else {}),
            **({"stateExitedEventDetails": {"name": name}} if kind.endswith("Exited") else {}),
        }
        for second, kind, name in events
    ]


def shown(steps):
    return [(step.name, step.state, step.seconds(BEGIN)) for step in steps]


def test_lists_what_is_done_and_what_runs():
    events = history(
        (0, "ExecutionStarted", ""),
        (0, "TaskStateEntered", "Claim Release"),
        (2, "TaskStateExited", "Claim Release"),
        (2, "ChoiceStateEntered", "Claimed?"),
        (3, "TaskStateEntered", "Take Lease"),
    )
    steps = steps_of(events)
    assert [(s.name, s.state) for s in steps] == [
        ("Claim Release", "done"),
        ("Take Lease", "running"),
    ]
    assert steps[1].seconds(BEGIN + timedelta(seconds=10)) == 7


def test_waiting_for_the_endpoint_is_one_step():
    events = history(
        (0, "TaskStateEntered", "Create Endpoint"),
        (240, "TaskStateExited", "Create Endpoint"),
        (240, "TaskStateEntered", "Check Endpoint"),
        (241, "TaskStateExited", "Check Endpoint"),
        (241, "TaskStateEntered", "Await Endpoint"),
        (300, "TaskStateExited", "Await Endpoint"),
        (300, "TaskStateEntered", "Check Endpoint"),
        (301, "TaskStateExited", "Check Endpoint"),
        (301, "TaskStateEntered", "Smoke Test"),
        (302, "TaskStateExited", "Smoke Test"),
    )
    assert shown(steps_of(events)) == [("Create Endpoint", "done", 301), ("Smoke Test", "done", 1)]


def test_the_step_before_a_compensation_failed():
    events = history(
        (0, "TaskStateEntered", "Inspect Artifact"),
        (5, "TaskStateExited", "Inspect Artifact"),
        (5, "TaskStateEntered", "Compensate"),
        (6, "TaskStateExited", "Compensate"),
        (6, "WaitStateEntered", "Wait Until Deletable"),
        (36, "TaskStateEntered", "Compensate"),
        (37, "TaskStateExited", "Compensate"),
        (37, "TaskStateEntered", "Record Failure"),
        (38, "TaskStateExited", "Record Failure"),
        (38, "FailStateEntered", "Release Failed"),
        (38, "ExecutionFailed", ""),
    )
    assert shown(steps_of(events)) == [
        ("Inspect Artifact", "failed", 5),
        ("Compensate", "done", 32),
        ("Record Failure", "done", 1),
    ]


@pytest.mark.parametrize("end", ["ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"])
def test_an_execution_that_ends_within_a_step_failed_there(end):
    events = history((0, "TaskStateEntered", "Claim Release"), (9, end, ""))
    assert shown(steps_of(events)) == [("Claim Release", "failed", 9)]
