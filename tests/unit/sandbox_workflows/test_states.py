from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox_workflows.conftest import START, FunctionError, invoke

if TYPE_CHECKING:
    from sandbox_workflows.conftest import Workshop


def test_output_and_assign_both_see_the_old_variables(account: Workshop) -> None:
    states = {
        "First": {"Type": "Pass", "Assign": {"n": 1}, "Next": "Second"},
        "Second": {
            "Type": "Pass",
            "Assign": {"n": "{% $n + 1 %}", "before": "{% $n %}"},
            "Output": {"n": "{% $n %}"},
            "Next": "Third",
        },
        "Third": {"Type": "Succeed", "Output": "{% [$states.input.n, $n, $before] %}"},
    }
    assert account.run(states) == [1, 2, 1]


def test_a_wait_takes_sandbox_time(account: Workshop) -> None:
    states = {
        "Seconds": {"Type": "Wait", "Seconds": "{% $states.input.s %}", "Next": "Until"},
        "Until": {"Type": "Wait", "Timestamp": "{% '2025-03-01T15:00:00+01:00' %}", "Next": "Past"},
        "Past": {"Type": "Wait", "Timestamp": "2020-01-01T00:00:00Z", "End": True},
    }
    assert account.run(states, {"s": 3600}) == {"s": 3600}
    assert account.kernel.now() == START + timedelta(hours=2)


@pytest.mark.parametrize(
    ("field", "given"),
    [("Seconds", -1), ("Seconds", 1.5), ("Seconds", "3"), ("Timestamp", "tomorrow")],
)
def test_a_wait_refuses_what_is_no_time(account: Workshop, field: str, given: object) -> None:
    states = {"Wait": {"Type": "Wait", field: "{% $states.input.g %}", "End": True}}
    assert "States.QueryEvaluationError" in account.run(states, {"g": given})


def test_the_first_choice_that_holds_is_taken(account: Workshop) -> None:
    states = {
        "Big?": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input > 10 %}", "Next": "Big", "Assign": {"was": "big"}},
                {"Condition": "{% $states.input > 5 %}", "Next": "Big", "Output": "middle"},
            ],
            "Default": "Big",
            "Output": "small",
            "Assign": {"was": "small"},
        },
        "Big": {"Type": "Succeed"},
    }
    assert [account.run(states, n) for n in (11, 6, 1)] == [11, "middle", "small"]


def test_a_condition_that_fails_fails_the_execution_with_its_place(account: Workshop) -> None:
    states = {
        "Ask": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.missing %}", "Next": "End"}],
            "Default": "End",
        },
        "End": {"Type": "Succeed"},
    }
    result = account.run(states)
    assert result.startswith("FAILED States.QueryEvaluationError: ")
    assert "while executing the state 'Ask' (entered at the event id #2)" in result
    assert "'$states.input.missing'" in result
    assert [e["type"] for e in account.history(account.last)][-2:] == [
        "EvaluationFailed",
        "ExecutionFailed",
    ]


def test_a_fail_state_computes_its_error(account: Workshop) -> None:
    states = {
        "Fail": {"Type": "Fail", "Error": "{% $states.input.e %}", "Cause": "{% 'because' %}"}
    }
    assert account.run(states, {"e": "Mine"}) == "FAILED Mine: because"


def test_the_time_limit_of_a_machine_ends_what_it_waits_for(account: Workshop) -> None:
    account.function("slow", lambda _: account.kernel.sleep(10_000))
    states = {"Call": invoke("slow", TimeoutSeconds=5000)}
    assert account.run(states, TimeoutSeconds=60).startswith("TIMED_OUT")
    assert account.kernel.now() == START + timedelta(seconds=60)
    types = [event["type"] for event in account.history(account.last)]
    account.kernel.advance(20_000)
    assert types[-1] == "ExecutionTimedOut"
    assert [event["type"] for event in account.history(account.last)] == types


def test_the_context_object_is_there(account: Workshop) -> None:
    context = {
        "Type": "Succeed",
        "Output": "{% $merge([$states.context.Execution, $states.context.State]) %}",
    }
    assert account.run({"Look": context}, {"a": None}) == {
        "Id": account.last,
        "Input": {"a": None},
        "Name": "Look",
        "RoleArn": "arn:aws:iam::123456789012:role/machine",
        "StartTime": "2025-03-01T12:00:00Z",
        "EnteredTime": "2025-03-01T12:00:00Z",
        "RetryCount": 0,
        "RedriveCount": 0,
    }


def test_more_than_aws_carries_between_states_ends_the_execution(account: Workshop) -> None:
    caught = [{"ErrorEquals": ["States.ALL"], "Next": "End"}]
    account.function("big", lambda _: "x" * 300_000)
    states = {"Call": invoke("big", Next="End", Catch=caught), "End": {"Type": "Succeed"}}
    assert account.run(states).startswith("FAILED States.DataLimitExceeded: ")
    grown = {"Pass": {"Type": "Pass", "Output": "{% $pad('x', 300000) %}", "End": True}}
    assert account.run(grown).startswith("FAILED States.DataLimitExceeded: ")


def test_a_history_has_at_most_25000_events(account: Workshop) -> None:
    states = {
        "Start": {"Type": "Pass", "Assign": {"n": 0}, "Next": "Again"},
        "Again": {"Type": "Pass", "Next": "Again2"},
        "Again2": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $n < 0 %}", "Next": "End"}],
            "Default": "Again",
        },
        "End": {"Type": "Succeed"},
    }
    assert "maximum number of history events" in account.run(states)
    assert account.workflows.transitions(account.last) > 12_000


def test_a_loop_back_by_catch_enters_the_same_state_again(account: Workshop) -> None:
    calls: list[int] = []

    def flaky(_: object) -> str:
        calls.append(1)
        if len(calls) < 3:
            raise FunctionError("Busy")
        return "done"

    account.function("flaky", flaky)
    again = [{"ErrorEquals": ["Busy"], "Next": "Call"}]
    states = {
        "Call": invoke("flaky", Next="End", Catch=again, Output="{% $states.result.Payload %}"),
        "End": {"Type": "Succeed"},
    }
    assert account.run(states) == "done"
    assert len(calls) == 3


def test_a_condition_must_be_true_or_false(account: Workshop) -> None:
    states = {
        "Ask": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% 'yes' %}", "Next": "End"}],
            "Default": "End",
        },
        "End": {"Type": "Succeed"},
    }
    assert "must be true or false, not 'yes'" in account.run(states)


@pytest.mark.parametrize("seconds", [0, 1.5, "60", None])
def test_a_computed_time_limit_must_be_whole_seconds(account: Workshop, seconds: object) -> None:
    account.function("f", lambda _: 1)
    states = {"Call": invoke("f", TimeoutSeconds="{% $states.input.s %}")}
    assert "The field 'TimeoutSeconds' wants" in account.run(states, {"s": seconds})
    assert account.calls == []
