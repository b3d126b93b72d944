from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox_workflows.conftest import FunctionError, invoke

if TYPE_CHECKING:
    from sandbox_workflows.conftest import Workshop


def moments(account: Workshop) -> list[float]:
    """When each attempt began, in seconds."""
    history = account.history(account.last)
    began = history[0]["timestamp"]
    starts = [e["timestamp"] for e in history if e["type"] == "TaskStarted"]
    return [round((start - began).total_seconds(), 3) for start in starts]


def always(kind: str) -> Any:
    def fail(_: object) -> None:
        raise FunctionError(kind)

    return fail


def test_retries_wait_longer_each_time_up_to_a_limit(account: Workshop) -> None:
    account.function("f", always("Busy"))
    retry = {
        "ErrorEquals": ["Busy"],
        "IntervalSeconds": 10,
        "BackoffRate": 3,
        "MaxDelaySeconds": 50,
        "MaxAttempts": 4,
    }
    assert account.run({"A": invoke("f", Retry=[retry])}).startswith("FAILED Busy: ")
    assert moments(account) == [0, 10, 40, 90, 140]


def test_full_jitter_waits_less_and_the_same_in_every_run(account: Workshop) -> None:
    account.function("f", always("Busy"))
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "JitterStrategy": "FULL"}
    arn = account.create({"A": invoke("f", Retry=[retry])})
    account.last = account.start(arn, name="one")
    account.kernel.advance(1000)
    gaps = moments(account)
    assert len(gaps) == 4
    assert 0 < gaps[1] < 100
    assert len({gaps[1], gaps[2] - gaps[1]}) == 2


def test_each_retrier_counts_for_itself(account: Workshop) -> None:
    errors = iter(["A", "B", "A", "B"])

    def fail(_: object) -> None:
        raise FunctionError(next(errors, "C"))

    account.function("f", fail)
    retries = [
        {"ErrorEquals": [name], "IntervalSeconds": 1, "MaxAttempts": 2} for name in ("A", "B")
    ]
    assert account.run({"A": invoke("f", Retry=retries)}).startswith("FAILED C: ")
    assert len(moments(account)) == 5


def test_a_catch_gets_error_and_cause_and_the_old_variables(account: Workshop) -> None:
    account.function("f", always("Broken"))
    states = {
        "Set": {"Type": "Pass", "Assign": {"n": 1}, "Next": "Call"},
        "Call": invoke(
            "f",
            Next="End",
            Catch=[
                {
                    "ErrorEquals": ["Broken"],
                    "Assign": {"n": 2, "error": "{% $states.errorOutput.Error %}"},
                    "Output": {"n": "{% $n %}", "cause": "{% $states.errorOutput.Cause %}"},
                    "Next": "End",
                }
            ],
        ),
        "End": {"Type": "Succeed", "Output": "{% [$states.input.n, $n, $error] %}"},
    }
    assert account.run(states) == [1, 2, "Broken"]


@pytest.mark.parametrize(
    ("names", "caught"),
    [
        (["States.TaskFailed"], False),
        (["States.Timeout"], True),
        (["States.ALL"], True),
        (["States.HeartbeatTimeout"], False),
    ],
)
def test_what_catches_a_time_out(account: Workshop, names: list[str], caught: bool) -> None:
    account.function("slow", lambda _: account.kernel.sleep(100))
    rules = [{"ErrorEquals": names, "Next": "End"}]
    if names == ["States.TaskFailed"]:
        rules.append({"ErrorEquals": ["States.Timeout"], "Next": "Other"})
    states = {
        "Call": invoke("slow", Next="Other", Catch=rules),
        "End": {"Type": "Succeed", "Output": "caught"},
        "Other": {"Type": "Succeed", "Output": "elsewhere"},
    }
    assert (account.run(states) == "caught") is caught


def test_what_a_late_task_does_changes_nothing(account: Workshop) -> None:
    def slow(_: object) -> str:
        account.kernel.sleep(100)
        return "late"

    account.function("slow", slow)
    states = {
        "Call": invoke(
            "slow", Next="Wait", Catch=[{"ErrorEquals": ["States.Timeout"], "Next": "Wait"}]
        ),
        "Wait": {"Type": "Wait", "Seconds": 1000, "End": True},
    }
    account.run(states)
    types = [event["type"] for event in account.history(account.last)]
    assert types.count("TaskSucceeded") == 0
    assert types[4:6] == ["TaskTimedOut", "TaskStateExited"]


def test_arguments_that_fail_can_be_caught_and_output_that_fails_cannot(
    account: Workshop,
) -> None:
    account.function("f", lambda _: 1)
    caught = [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "End"}]
    end = {"Type": "Succeed", "Output": "caught"}
    early = {"Call": invoke("f", "{% $states.input.no %}", Next="End", Catch=caught), "End": end}
    assert account.run(early) == "caught"
    late = invoke("f", Next="End", Catch=caught, Output="{% $states.result.no %}")
    assert account.run({"Call": late, "End": end}).startswith("FAILED States.QueryEvaluationError")


def test_a_stopped_execution_runs_no_catch(account: Workshop) -> None:
    account.function("slow", lambda _: account.kernel.sleep(1000))
    everything = [{"ErrorEquals": ["States.ALL"], "Next": "End"}]
    states = {
        "Call": invoke("slow", TimeoutSeconds=5000, Next="End", Catch=everything),
        "End": {"Type": "Succeed"},
    }
    arn = account.start(account.create(states))
    account.kernel.advance(10)
    account.client("stepfunctions").stop_execution(executionArn=arn, error="Stopped", cause="me")
    assert account.describe(arn)["status"] == "ABORTED"
    account.kernel.advance(5000)
    assert account.describe(arn)["error"] == "Stopped"
    assert [event["type"] for event in account.history(arn)][-1] == "ExecutionAborted"
