"""Step Functions' API, as far as the sandbox has it; what it has not, it refuses by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.gateway import AwsError
from sandbox.workflows import describe, machines
from sandbox.workflows.limits import NAME_CHARACTERS, NAME_REUSE_SECONDS, fits

if TYPE_CHECKING:
    from sandbox.gateway import Call, Gateway
    from sandbox.workflows.service import Workflows

_FORBIDDEN_IN_NAMES = set(' <>{}[]?*"#%\\^|~`$&,;:/')
_CONTROLS = 0x20
_MORE_CONTROLS = range(0x7F, 0xA0)

UNSUPPORTED = (
    "CreateActivity",
    "CreateStateMachineAlias",
    "DescribeMapRun",
    "GetActivityTask",
    "ListMapRuns",
    "PublishStateMachineVersion",
    "StartSyncExecution",
    "TestState",
    "UpdateMapRun",
)


def serve(workflows: Workflows, gateway: Gateway) -> None:
    """Serve the operations of Step Functions."""
    api = Api(workflows)
    handlers = {
        "StartExecution": api.start,
        "StopExecution": api.stop,
        "RedriveExecution": api.redrive,
        "SendTaskSuccess": api.succeed_task,
        "SendTaskFailure": api.fail_task,
        "SendTaskHeartbeat": api.beat_task,
        **describe.handlers(workflows),
        **machines.handlers(workflows),
    }
    for operation, handler in handlers.items():
        gateway.serve("stepfunctions", operation, handler)
    for operation in UNSUPPORTED:
        gateway.serve("stepfunctions", operation, _refuse)


def _refuse(call: Call) -> None:
    raise Unsupported(f"stepfunctions:{call.operation}")


class Api:
    """Operations that change executions and tasks."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    def start(self, call: Call) -> dict[str, Any]:
        """Serve StartExecution; the same name and input again is the same execution."""
        params = call.params
        machine = self._workflows.machine(params["stateMachineArn"])
        text = params.get("input", "{}")
        _check_input(text)
        name = params.get("name")
        if name is None:
            name = self._workflows.new_name()
        else:
            _check_name(name)
            running = self._same_name(machine, name, text)
            if running is not None:
                return {"executionArn": running.exec_arn, "startDate": running.start_date}
        execution = self._workflows.executions.start(machine, name, text)
        return {"executionArn": execution.exec_arn, "startDate": execution.start_date}

    def stop(self, call: Call) -> dict[str, Any]:
        """Serve StopExecution."""
        params = call.params
        execution = self._workflows.execution(params["executionArn"])
        self._workflows.executions.stop(execution, params.get("error"), params.get("cause"))
        return {"stopDate": execution.stop_date}

    def redrive(self, call: Call) -> dict[str, Any]:
        """Serve RedriveExecution."""
        execution = self._workflows.execution(call.params["executionArn"])
        self._workflows.executions.redrive(execution)
        return {"redriveDate": execution.redrive_date}

    def succeed_task(self, call: Call) -> dict[str, Any]:
        """Serve SendTaskSuccess."""
        self._workflows.tokens.succeed(call.params["taskToken"], call.params["output"])
        return {}

    def fail_task(self, call: Call) -> dict[str, Any]:
        """Serve SendTaskFailure."""
        params = call.params
        self._workflows.tokens.fail(params["taskToken"], params.get("error"), params.get("cause"))
        return {}

    def beat_task(self, call: Call) -> dict[str, Any]:
        """Serve SendTaskHeartbeat."""
        self._workflows.tokens.beat(call.params["taskToken"])
        return {}

    def _same_name(self, machine: Any, name: str, text: str) -> Any:
        now = self._workflows.account.kernel.now()
        for execution in machine.executions:
            if execution.name != name:
                continue
            if execution.status == "RUNNING" and execution.input_data == json.loads(text):
                return execution
            ended = execution.stop_date
            if ended is None or (now - ended).total_seconds() < NAME_REUSE_SECONDS:
                message = f"Execution Already Exists: '{execution.exec_arn}'"
                raise AwsError("ExecutionAlreadyExists", message)
        return None


def _check_input(text: str) -> None:
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        message = f"Invalid State Machine Execution Input: '{error}'"
        raise AwsError("InvalidExecutionInput", message) from error
    if not fits(value):
        raise AwsError("InvalidExecutionInput", "The input is larger than 256 KiB.")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _check_name(name: str) -> None:
    bad = any(
        character in _FORBIDDEN_IN_NAMES
        or ord(character) < _CONTROLS
        or ord(character) in _MORE_CONTROLS
        for character in name
    )
    if bad or not 1 <= len(name) <= NAME_CHARACTERS:
        raise AwsError("InvalidName", f"Invalid Name: '{name}'")
