"""Tasks: resources, time-outs, arguments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.workflows import names
from sandbox.workflows.integrations.calls import PATTERNS
from sandbox.workflows.interpreter.definitions import is_expression
from sandbox.workflows.lint.references import references
from sandbox.workflows.shapes import find_member

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape

    from sandbox.workflows.lint.problems import Report

_RESOURCE = re.compile(r"arn:aws:states:::([a-z-]+):(?:([a-z0-9]+):)?([A-Za-z0-9]+)(?:\.(.+))?")
_MOST_SECONDS = 99_999_999
_BOTO = {"sns": "sns", "sqs": "sqs", "events": "events", "dynamodb": "dynamodb"}


def check(name: str, state: dict[str, Any], report: Report) -> None:
    """Check a Task."""
    _check_seconds(name, state, report)
    resource = str(state.get("Resource", ""))
    match = _RESOURCE.fullmatch(resource)
    if match is None:
        report.add(name, f"The sandbox has no Resource {resource!r}; functions: lambda:invoke.")
        return
    service, pattern = match[1], match[4] or ""
    operation = _operation(name, match, report)
    arguments = state.get("Arguments", {})
    if operation is not None and isinstance(arguments, dict):
        _check_arguments(arguments, operation.input_shape, f"{name}/Arguments", report)
    if service == "lambda" and isinstance(arguments, dict) and "FunctionName" not in arguments:
        report.add(f"{name}/Arguments", "FunctionName is missing.")
    if pattern == "waitForTaskToken" and not _passes_token(arguments):
        report.add(name, "Nothing in Arguments is $states.context.Task.Token: nobody can answer.")


def _operation(name: str, match: re.Match[str], report: Report) -> OperationModel | None:
    service, api, action, pattern = match[1], match[2], match[3], match[4] or ""
    if service == "aws-sdk":
        return _sdk_operation(name, str(api), action, pattern, report)
    patterns = PATTERNS.get((service, action))
    if patterns is None or api is not None:
        report.add(name, f"The sandbox has no integration {service}:{action}.")
        return None
    if pattern not in patterns:
        report.add(name, f"{service}:{action} cannot be used with .{pattern}.")
    if service not in _BOTO:
        return None
    model = names.service_model(_BOTO[service])
    return model.operation_model(action[0].upper() + action[1:])


def _sdk_operation(
    name: str, api: str, action: str, pattern: str, report: Report
) -> OperationModel | None:
    if pattern not in {"", "waitForTaskToken"}:
        report.add(name, f"An aws-sdk integration cannot be used with .{pattern}.")
    try:
        operation = names.operation(api, action)
    except Unsupported as error:
        report.add(name, str(error))
        return None
    if operation is None:
        report.add(name, f"{api} has no action {action!r}.")
    return operation


def _check_arguments(given: Any, shape: Shape | None, where: str, report: Report) -> None:
    if shape is None or is_expression(given):
        return
    if shape.type_name == "list" and isinstance(given, list):
        for index, item in enumerate(given):
            _check_arguments(item, shape.member, f"{where}[{index}]", report)
    elif shape.type_name == "map" and isinstance(given, dict):
        for key, item in given.items():
            _check_arguments(item, shape.value, f"{where}/{key}", report)
    elif shape.type_name == "structure" and isinstance(given, dict):
        _check_members(given, shape, where, report)


def _check_members(given: dict[str, Any], shape: Any, where: str, report: Report) -> None:
    found = set()
    for field, value in given.items():
        member = find_member(field, shape)
        if member is None:
            report.add(where, f"There is no field {field!r}.")
            continue
        found.add(member)
        _check_arguments(value, shape.members[member], f"{where}/{field}", report)
    for member in sorted(set(shape.required_members) - found):
        report.add(where, f"{names.member_name(member, shape.name)} is missing.")


def _passes_token(arguments: Any) -> bool:
    if isinstance(arguments, dict):
        return any(_passes_token(value) for value in arguments.values())
    if isinstance(arguments, list):
        return any(_passes_token(value) for value in arguments)
    if not is_expression(arguments):
        return False
    try:
        found = references(arguments[2:-2].strip())
    except Exception:  # noqa: BLE001 - reported where expressions are checked
        return True
    return ("context", "Task", "Token") in found.states


def _check_seconds(name: str, state: dict[str, Any], report: Report) -> None:
    for field in ("TimeoutSeconds", "HeartbeatSeconds"):
        value = state.get(field)
        if field not in state or is_expression(value):
            continue
        if not isinstance(value, int) or not 1 <= value <= _MOST_SECONDS:
            report.add(name, f"{field} must be a whole number from 1 to {_MOST_SECONDS}.")
    if "TimeoutSeconds" not in state:
        report.add(name, "Every Task needs TimeoutSeconds.")
    seconds, heartbeat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    if isinstance(seconds, int) and isinstance(heartbeat, int) and heartbeat >= seconds:
        report.add(name, "HeartbeatSeconds must be below TimeoutSeconds.")
