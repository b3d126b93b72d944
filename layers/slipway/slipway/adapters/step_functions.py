"""Executions of the release workflow on Step Functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, passing_faults
from slipway.domain.ended import FORGOTTEN, Ended
from slipway.domain.json_text import object_or_nothing
from slipway.ports import LastState

if TYPE_CHECKING:
    from collections.abc import Mapping

# Characters that SendTaskFailure takes.
CAUSE_LIMIT = 32_768

_RUNNING = frozenset({"RUNNING", "PENDING_REDRIVE"})
# Events: a state that was tried again and again leaves many after its beginning.
_LOOK_BACK = 500

# The task ended without us: timed out, or its execution is over.
_NOT_WAITING = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class StepFunctionsExecutions:
    """Implements Executions, Endings, EndedReader, History, Starter, Waker and Failer."""

    def runs(self, execution: str) -> bool | None:
        """Tell whether an execution still runs; None if Step Functions knows none of this name."""
        answer = _described(execution)
        return None if answer is None else bool(answer["status"] in _RUNNING)

    def ending(self, execution: str) -> str:
        """Return error and cause of an execution that ended; empty if none are known."""
        answer = _described(execution) or {}
        said = (str(answer.get(name) or "") for name in ("error", "cause"))
        return ": ".join(each for each in said if each)

    def ended(self, execution: str) -> Ended | None:
        """Return how an execution ended; None if it runs."""
        answer = _described(execution)
        if answer is None:
            return Ended(execution, FORGOTTEN)
        if answer["status"] in _RUNNING:
            return None
        given = object_or_nothing(answer.get("input") or "{}")
        return Ended(execution, str(answer["status"]), given=given)

    def last_state(self, execution: str) -> LastState:
        """Return the state that an execution entered last."""
        request = {"executionArn": execution, "reverseOrder": True, "includeExecutionData": False}
        with passing_faults():
            answer = client("stepfunctions").get_execution_history(**request, maxResults=_LOOK_BACK)
        for event in answer["events"]:
            if "stateEnteredEventDetails" in event:
                name = str(event["stateEnteredEventDetails"]["name"])
                return LastState(name, deliberate=event["type"] == "FailStateEntered")
        return LastState("", deliberate=False)

    def start(self, machine: str, name: str, payload: Mapping[str, Any]) -> None:
        """Start a named execution: the name makes a repeated call harmless."""
        from botocore.exceptions import ClientError

        request = {"stateMachineArn": machine, "name": name, "input": json.dumps(payload)}
        try:
            with passing_faults():
                client("stepfunctions").start_execution(**request)
        except ClientError as error:
            if code_of(error) != "ExecutionAlreadyExists":
                raise

    def wake(self, token: str) -> bool:
        """Finish the task that waits with this token; False if it no longer waits."""
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                client("stepfunctions").send_task_success(taskToken=token, output="{}")
        except ClientError as error:
            if code_of(error) in _NOT_WAITING:
                return False
            raise
        return True

    def fail(self, token: str, error: str, cause: str) -> bool:
        """Fail the task that waits with this token; False if it no longer waits."""
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                client("stepfunctions").send_task_failure(
                    taskToken=token, error=error, cause=cause[:CAUSE_LIMIT]
                )
        except ClientError as error_answer:
            if code_of(error_answer) in _NOT_WAITING:
                return False
            raise
        return True


def _described(execution: str) -> dict[str, Any] | None:
    """Return what Step Functions says of an execution; None if it does not know it (any more)."""
    from botocore.exceptions import ClientError

    try:
        with passing_faults():
            answer: dict[str, Any] = client("stepfunctions").describe_execution(
                executionArn=execution
            )
    except ClientError as error:
        if code_of(error) == "ExecutionDoesNotExist":
            return None
        raise
    return answer
