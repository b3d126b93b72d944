"""What the API tells of executions."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.gateway import AwsError
from sandbox.workflows.redrive import unredrivable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.gateway import Call
    from sandbox.workflows.service import Workflows

_PAGE = 100


def handlers(workflows: Workflows) -> dict[str, Callable[[Call], dict[str, Any]]]:
    """Return the operations of this module by name."""
    views = Views(workflows)
    return {
        "DescribeExecution": views.execution,
        "ListExecutions": views.executions,
        "GetExecutionHistory": views.history,
        "DescribeStateMachineForExecution": views.machine,
    }


class Views:
    """Operations that change nothing."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    def execution(self, call: Call) -> dict[str, Any]:
        """Serve DescribeExecution."""
        execution = self._workflows.execution(call.params["executionArn"])
        reason = unredrivable(execution, self._workflows.account.kernel.now())
        described = _item(execution) | {
            "input": _text(execution.input_data),
            "inputDetails": {"included": True},
            "error": execution.error,
            "cause": execution.cause,
            "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
            "redriveStatusReason": reason,
        }
        if execution.status == "SUCCEEDED":
            described["output"] = _text(execution.output)
            described["outputDetails"] = {"included": True}
        return _given(described)

    def executions(self, call: Call) -> dict[str, Any]:
        """Serve ListExecutions: the newest first."""
        params = call.params
        if "stateMachineArn" not in params:
            raise AwsError("ValidationException", "Must provide a StateMachine ARN")
        machine = self._workflows.machine(params["stateMachineArn"])
        status = params.get("statusFilter")
        newest = sorted(machine.executions, key=lambda e: e.start_date, reverse=True)
        wanted = [_given(_item(e)) for e in newest if status in {None, e.status}]
        return _page(wanted, params, "executions")

    def history(self, call: Call) -> dict[str, Any]:
        """Serve GetExecutionHistory."""
        params = call.params
        execution = self._workflows.execution(params["executionArn"])
        events = execution.exec_worker.env.event_manager.get_event_history()
        for event in events:
            event["timestamp"] = datetime.fromisoformat(event["timestamp"])
        if params.get("reverseOrder"):
            events.reverse()
        return _page(events, params, "events")

    def machine(self, call: Call) -> dict[str, Any]:
        """Serve DescribeStateMachineForExecution: the machine as it was at the start."""
        execution = self._workflows.execution(call.params["executionArn"])
        machine = execution.state_machine
        return {
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "definition": machine.definition,
            "roleArn": machine.roleArn,
            "updateDate": machine.update_date,
            "loggingConfiguration": machine.loggingConfiguration,
            "tracingConfiguration": machine.tracingConfiguration,
        }


def _item(execution: Any) -> dict[str, Any]:
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "redriveCount": execution.redrive_count,
        "redriveDate": execution.redrive_date,
    }


def _page(entries: list[Any], params: dict[str, Any], name: str) -> dict[str, Any]:
    start = _position(params.get("nextToken"))
    end = start + (params.get("maxResults") or _PAGE)
    page: dict[str, Any] = {name: entries[start:end]}
    if end < len(entries):
        page["nextToken"] = f"page-{end}"
    return page


def _position(token: str | None) -> int:
    if token is None:
        return 0
    number = token.removeprefix("page-")
    if not number.isdigit():
        raise AwsError("InvalidToken", "Invalid Token: 'Invalid token'")
    return int(number)


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
