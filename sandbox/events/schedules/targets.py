"""Calls the targets of schedules as the schedule's role: templated and universal ones."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name

from sandbox.errors import Unsupported
from sandbox.events.failures import DeliveryFailed
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.client import BaseClient

    from sandbox.account import Account

_UNIVERSAL = re.compile(r"arn:aws:scheduler:::aws-sdk:([a-z0-9]+):([a-zA-Z0-9]+)")
_READING = re.compile(r"get|describe|list|poll|receive|search|scan|query|select|lookup")
# Service names of AWS's Java SDK where botocore spells them differently.
_BOTOCORE_NAMES = {
    "sfn": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "applicationautoscaling": "application-autoscaling",
    "sagemakerruntime": "sagemaker-runtime",
}
_SESSION = "EventBridgeScheduler"
_TEMPLATED = ("lambda", "states", "sqs", "sns", "events")


def check_target(target: dict[str, Any]) -> None:
    """Refuse a target that Scheduler refuses, or that the sandbox cannot call."""
    universal = _UNIVERSAL.fullmatch(target["Arn"])
    if universal is None:
        _check_templated(target)
        return
    service, operation = _universal(universal)
    if _READING.match(universal[2]):
        message = f"{target['Arn']}: read-only operations are not supported as targets."
        raise AwsError("ValidationException", message)
    known = botocore.session.get_session().get_service_model(service).operation_names
    if operation not in known:
        raise AwsError("ValidationException", f"{target['Arn']} is not a valid target.")


def _check_templated(target: dict[str, Any]) -> None:
    kind = target["Arn"].split(":")[2]
    if kind not in _TEMPLATED:
        raise Unsupported(f"Scheduler target {target['Arn']}: {', '.join(_TEMPLATED)}, universal.")
    if kind == "events" and not target.get("EventBridgeParameters"):
        message = "EventBridgeParameters must be specified for an event bus target."
        raise AwsError("ValidationException", message)
    if kind in ("lambda", "states", "events"):
        _check_json(target)


def _check_json(target: dict[str, Any]) -> None:
    try:
        json.loads(re.sub(r"<aws\.scheduler\.[a-z-]+>", "0", target.get("Input") or "{}"))
    except json.JSONDecodeError as error:
        raise AwsError("ValidationException", f"Invalid Input for target: {error}") from error


def _universal(found: re.Match[str]) -> tuple[str, str]:
    service = _BOTOCORE_NAMES.get(found[1], found[1])
    return service, found[2][0].upper() + found[2][1:]


class ScheduleTargets:
    """Makes one call to a target; raises when the call fails."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def call(self, target: dict[str, Any], body: str) -> None:
        """Call the target with an input."""
        universal = _UNIVERSAL.fullmatch(target["Arn"])
        if universal is not None:
            service, operation = _universal(universal)
            method = getattr(self.client(target, service), xform_name(operation))
            method(**json.loads(body or "{}"))
            return
        templated: dict[str, Callable[[dict[str, Any], str], None]] = {
            "lambda": self._function,
            "states": self._state_machine,
            "sqs": self._queue,
            "sns": self._topic,
            "events": self._event_bus,
        }
        templated[target["Arn"].split(":")[2]](target, body)

    def client(self, target: dict[str, Any], service: str) -> BaseClient:
        """Return a client that acts as the schedule's role."""
        return self._account.client(service, self._account.role(target["RoleArn"], _SESSION))

    def queue_url(self, arn: str) -> str:
        """Return the URL of a queue."""
        queues = self._account.client("sqs")
        return str(queues.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])

    def _function(self, target: dict[str, Any], body: str) -> None:
        self.client(target, "lambda").invoke(
            FunctionName=target["Arn"], InvocationType="Event", Payload=body
        )

    def _state_machine(self, target: dict[str, Any], body: str) -> None:
        client = self.client(target, "stepfunctions")
        client.start_execution(stateMachineArn=target["Arn"], input=body)

    def _queue(self, target: dict[str, Any], body: str) -> None:
        extra = target.get("SqsParameters") or {}
        url = self.queue_url(target["Arn"])
        self.client(target, "sqs").send_message(QueueUrl=url, MessageBody=body, **extra)

    def _topic(self, target: dict[str, Any], body: str) -> None:
        self.client(target, "sns").publish(TopicArn=target["Arn"], Message=body)

    def _event_bus(self, target: dict[str, Any], body: str) -> None:
        about = target["EventBridgeParameters"]
        entry = {
            "EventBusName": target["Arn"],
            "Source": about["Source"],
            "DetailType": about["DetailType"],
            "Detail": body,
        }
        answer = self.client(target, "events").put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            failed = answer["Entries"][0]
            raise DeliveryFailed(failed["ErrorCode"], failed["ErrorMessage"])
