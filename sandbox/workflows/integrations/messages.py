"""Optimized integrations that send: SNS, SQS and EventBridge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.workflows import names
from sandbox.workflows.integrations.optimized import Spelling, request, request_of
from sandbox.workflows.interpreter.failures import TaskFailure
from sandbox.workflows.shapes import from_response

if TYPE_CHECKING:
    from sandbox.workflows.integrations.calls import Task

EVENTS = Spelling("Events", "AmazonEventBridgeException")


def publish(task: Task, _env: Any) -> Any:
    """Publish a message; an object becomes its JSON."""
    return _send(task, "sns", "Publish", Spelling("SNS", "AmazonSNSException"))


def send_message(task: Task, _env: Any) -> Any:
    """Send a message; an object becomes its JSON."""
    result = _send(task, "sqs", "SendMessage", Spelling("SQS", "AmazonSQSException"))
    # The one place where Step Functions keeps SQS's own spelling.
    return {name.replace("Md5", "MD5", 1): value for name, value in result.items()}


def put_events(task: Task, _env: Any) -> Any:
    """Put events; the machine and the execution are added to their resources."""
    entries = [_entry(task, entry) for entry in task.arguments.get("Entries", [])]
    params = {"Entries": entries}
    response = request(task, "events", "PutEvents", params, EVENTS)
    operation = names.service_model("events").operation_model("PutEvents")
    result = from_response(response, operation.output_shape)
    if response.get("FailedEntryCount"):
        raise TaskFailure("EventBridge.FailedEntry", json.dumps(result))
    return result


def _entry(task: Task, entry: dict[str, Any]) -> dict[str, Any]:
    detail = entry.get("Detail")
    text = detail if isinstance(detail, str) else json.dumps(detail)
    resources = [*entry.get("Resources", []), task.machine, task.execution]
    return entry | {"Detail": text, "Resources": resources}


def _send(task: Task, service: str, operation: str, spelling: Spelling) -> Any:
    model = names.service_model(service).operation_model(operation)
    params = request_of(task, model.input_shape)
    response = request(task, service, operation, params, spelling)
    return from_response(response, model.output_shape)
