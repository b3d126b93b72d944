"""A Distributed Map starts, stops and redrives its children with the rights of its machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.gateway import Call
    from sandbox_workflows.conftest import Workshop

CHILDREN = "arn:aws:states:us-east-1:123456789012:execution:machine/Work:"
WAITING: dict[str, Any] = {
    "Each": {
        "Type": "Map",
        "Label": "Work",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Child",
            "States": {
                "Child": {"Type": "Wait", "Seconds": 100, "Next": "Done"},
                "Done": {"Type": "Pass", "End": True},
            },
        },
        "End": True,
    }
}


def ask(account: Workshop, *refused: str) -> list[str]:
    """Let the role do all but some operations; return what it asks for, as it asks."""
    asked: list[str] = []

    def judge(call: Call) -> None:
        if call.service == "stepfunctions" and not call.principal.is_admin:
            asked.append(call.operation)
            assert call.params["executionArn"].startswith(CHILDREN)
            if call.operation in refused:
                raise AwsError("AccessDeniedException", f"not allowed: {call.operation}", 403)

    account.gateway.authorize = judge
    return asked


def test_a_run_asks_for_what_it_does_to_its_children(account: Workshop) -> None:
    asked = ask(account)
    client = account.client("stepfunctions")

    arn = account.start(account.create(WAITING), [1, 2])
    account.kernel.advance(10)
    assert asked == ["StartExecution", "DescribeExecution"]
    client.stop_execution(executionArn=arn)
    account.kernel.advance(10)
    assert asked[2:] == ["StopExecution"]
    client.redrive_execution(executionArn=arn)
    account.kernel.advance(200)
    assert asked[3:] == ["StartExecution", "DescribeExecution", "RedriveExecution"]
    assert account.status(arn) == "SUCCEEDED"


@pytest.mark.parametrize("operation", ["StartExecution", "DescribeExecution"])
def test_a_run_without_a_right_fails_and_names_it(account: Workshop, operation: str) -> None:
    ask(account, operation)

    arn = account.start(account.create(WAITING), [1, 2])
    account.kernel.advance(10)
    assert account.status(arn) == "FAILED"
    assert f"not allowed: {operation}" in account.describe(arn)["cause"]


def test_children_that_may_not_be_stopped_go_on(account: Workshop) -> None:
    asked = ask(account, "StopExecution")

    arn = account.start(account.create(WAITING), [1, 2])
    account.kernel.advance(10)
    account.client("stepfunctions").stop_execution(executionArn=arn)
    before = account.workflows.transitions(arn)
    account.kernel.advance(200)
    assert "StopExecution" in asked
    assert account.status(arn) == "ABORTED"
    assert account.workflows.transitions(arn) == before + 2
