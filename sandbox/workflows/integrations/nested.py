"""Executions that a workflow starts."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sandbox.workflows import names
from sandbox.workflows.integrations.optimized import Spelling, request
from sandbox.workflows.interpreter.failures import TaskFailure
from sandbox.workflows.interpreter.runtime import current
from sandbox.workflows.interpreter.waits import Interrupted, wait
from sandbox.workflows.shapes import from_response

if TYPE_CHECKING:
    from sandbox.workflows.integrations.calls import Task

SPELLING = Spelling("StepFunctions", "AWSStepFunctionsException")


def start_execution(task: Task, env: Any) -> Any:
    """Start an execution, and with `.sync` wait until it has ended."""
    given = task.arguments.get("Input", {})
    params = {
        "stateMachineArn": task.arguments["StateMachineArn"],
        "input": given if isinstance(given, str) else json.dumps(given),
    }
    if "Name" in task.arguments:
        params["name"] = task.arguments["Name"]
    response = _request(task, "StartExecution", params)
    if not task.pattern.startswith("sync"):
        return response
    return _ended(task, env, response["ExecutionArn"])


def _ended(task: Task, env: Any, arn: str) -> Any:
    try:
        wait(env, current().ended(arn), None)
    except Interrupted:
        _cancel(task, arn)
        raise
    result = _request(task, "DescribeExecution", {"executionArn": arn})
    if result["Status"] != "SUCCEEDED":
        raise TaskFailure("States.TaskFailed", json.dumps(result))
    if task.pattern == "sync:2":
        for field in ("Input", "Output"):
            result[field] = json.loads(result[field])
    return result


def _cancel(task: Task, arn: str) -> None:
    """Stop an execution that nobody waits for any more, if that can be done.

    Step Functions tries so for a task that is aborted, as the task's role; where it may not, or the
    service does not answer, the execution goes on. Source: developer guide, "Run a Job (.sync)".
    """
    with suppress(TaskFailure):
        _request(task, "StopExecution", {"executionArn": arn})


def _request(task: Task, operation: str, params: dict[str, Any]) -> Any:
    model = names.service_model("stepfunctions").operation_model(operation)
    response = request(task, "stepfunctions", operation, params, SPELLING)
    return from_response(response, model.output_shape)
