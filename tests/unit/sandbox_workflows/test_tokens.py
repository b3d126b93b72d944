from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_workflows.conftest import invoke

if TYPE_CHECKING:
    from sandbox_workflows.conftest import Workshop

RESOURCE = "arn:aws:states:::lambda:invoke.waitForTaskToken"


class Desk:
    """A function that keeps the tokens that it is given."""

    def __init__(self, account: Workshop, **fields: Any) -> None:
        self.tokens: list[str] = []
        account.function("desk", self._take)
        passed = {"token": "{% $states.context.Task.Token %}"}
        task = invoke("desk", passed, Resource=RESOURCE, **{"TimeoutSeconds": 600} | fields)
        states = {"Ask": task, "End": {"Type": "Succeed"}} if "Next" in task else {"Ask": task}
        self.arn = account.start(account.create(states))
        account.kernel.settle()

    def _take(self, payload: dict[str, str]) -> None:
        self.tokens.append(payload["token"])


def refusal(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return str(caught.value.response["Error"]["Code"])


def test_an_answer_is_the_tasks_result(account: Workshop) -> None:
    desk = Desk(account)
    account.kernel.advance(500)
    assert account.status(desk.arn) == "RUNNING"
    client = account.client("stepfunctions")
    client.send_task_success(taskToken=desk.tokens[0], output='{"ok": [null, "é"]}')
    account.kernel.settle()
    assert json.loads(account.describe(desk.arn)["output"]) == {"ok": [None, "é"]}
    types = [event["type"] for event in account.history(desk.arn)]
    assert types[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_a_failure_is_caught_by_its_name(account: Workshop) -> None:
    rule = {"ErrorEquals": ["Condemned"], "Output": "{% $states.errorOutput %}", "Next": "End"}
    desk = Desk(account, Next="End", Catch=[rule])
    client = account.client("stepfunctions")
    client.send_task_failure(taskToken=desk.tokens[0], error="Condemned", cause="an alarm")
    account.kernel.settle()
    output = json.loads(account.describe(desk.arn)["output"])
    assert output == {"Error": "Condemned", "Cause": "an alarm"}


def test_the_end_of_the_time_limit_is_a_time_out_and_closes_the_token(account: Workshop) -> None:
    rule = {"ErrorEquals": ["States.Timeout"], "Next": "End"}
    desk = Desk(account, Next="End", Catch=[rule])
    account.kernel.advance(599)
    assert account.status(desk.arn) == "RUNNING"
    account.kernel.advance(1)
    assert account.status(desk.arn) == "SUCCEEDED"
    client = account.client("stepfunctions")
    send = {"taskToken": desk.tokens[0], "output": "{}"}
    assert refusal(client.send_task_success, **send) == "TaskTimedOut"


def test_heartbeats_keep_a_task_alive(account: Workshop) -> None:
    desk = Desk(account, HeartbeatSeconds=100)
    client = account.client("stepfunctions")
    for _ in range(4):
        account.kernel.advance(90)
        client.send_task_heartbeat(taskToken=desk.tokens[0])
    assert account.status(desk.arn) == "RUNNING"
    account.kernel.advance(99)
    assert account.status(desk.arn) == "RUNNING"
    account.kernel.advance(1)
    assert account.describe(desk.arn)["error"] == "States.Timeout"


@pytest.mark.parametrize("name", ["States.Timeout", "States.HeartbeatTimeout"])
def test_a_missed_heartbeat_is_caught_by_both_names(account: Workshop, name: str) -> None:
    rule = {"ErrorEquals": [name], "Next": "End"}
    desk = Desk(account, HeartbeatSeconds=10, Next="End", Catch=[rule])
    account.kernel.advance(10)
    assert account.status(desk.arn) == "SUCCEEDED"


def test_every_attempt_has_a_token_of_its_own(account: Workshop) -> None:
    retry = [{"ErrorEquals": ["Again"], "IntervalSeconds": 1}]
    desk = Desk(account, Retry=retry)
    client = account.client("stepfunctions")
    client.send_task_failure(taskToken=desk.tokens[0], error="Again")
    account.kernel.advance(1)
    first, second = desk.tokens
    assert first != second
    send = {"taskToken": first, "output": "{}"}
    assert refusal(client.send_task_success, **send) == "TaskTimedOut"
    client.send_task_success(taskToken=second, output='"done"')
    account.kernel.settle()
    assert account.describe(desk.arn)["output"] == '"done"'


def test_answers_are_refused_as_aws_refuses_them(account: Workshop) -> None:
    desk = Desk(account)
    client = account.client("stepfunctions")
    token = desk.tokens[0]
    send = client.send_task_success
    assert refusal(send, taskToken="AQ-nothing", output="{}") == "InvalidToken"
    assert refusal(send, taskToken=token, output="{not json") == "InvalidOutput"
    send(taskToken=token, output="1")
    assert refusal(send, taskToken=token, output="2") == "TaskTimedOut"
    assert refusal(client.send_task_heartbeat, taskToken=token) == "TaskTimedOut"


def test_an_answer_may_come_before_the_function_returns(account: Workshop) -> None:
    def quick(payload: dict[str, str]) -> None:
        client = account.client("stepfunctions")
        client.send_task_success(taskToken=payload["token"], output='"early"')

    account.function("quick", quick)
    passed = {"token": "{% $states.context.Task.Token %}"}
    assert account.run({"Ask": invoke("quick", passed, Resource=RESOURCE)}) == "early"


def test_a_stop_closes_the_token(account: Workshop) -> None:
    desk = Desk(account)
    client = account.client("stepfunctions")
    client.stop_execution(executionArn=desk.arn)
    account.kernel.settle()
    send = {"taskToken": desk.tokens[0], "output": "{}"}
    assert refusal(client.send_task_success, **send) == "TaskTimedOut"
