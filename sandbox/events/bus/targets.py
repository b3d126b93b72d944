"""Reaches the targets of rules, in the name and with the permissions that AWS would use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from sandbox.errors import Unsupported
from sandbox.events.failures import DeliveryFailed
from sandbox.gateway import AwsError, Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account
    from sandbox.events.bus.envelope import Envelope
    from sandbox.events.permissions import Permissions
    from sandbox.gateway import Principal

SERVICE = "events"
SESSION = "EventBridge"

# What an ARN must start with after `arn:aws:` for each kind of target.
_KINDS = {
    "states": "stateMachine:",
    "lambda": "function:",
    "sqs": "",
    "sns": "",
    "events": "event-bus/",
    "logs": "log-group:",
}


def kind_of(arn: str) -> str:
    """Return the service of a target that the sandbox delivers to.

    Raises
    ------
    Unsupported
        For every other kind.
    """
    parts = arn.split(":", 5)
    known = len(parts) > 5 and parts[5].startswith(_KINDS.get(parts[2], "\0"))  # noqa: PLR2004 - ARN
    if not known:
        kinds = ", ".join(sorted(_KINDS))
        raise Unsupported(f"EventBridge target {arn}: the sandbox delivers to {kinds} only.")
    return parts[2]


class Targets:
    """Delivers one text to one target; raises when AWS would fail."""

    def __init__(
        self,
        account: Account,
        permissions: Permissions,
        forward: Callable[[Envelope, str], None],
    ) -> None:
        self._account = account
        self._permissions = permissions
        self._forward = forward
        self._reach = {
            "states": self._state_machine,
            "lambda": self._function,
            "sqs": self._queue,
            "sns": self._topic,
            "events": self._event_bus,
            "logs": self._log_group,
        }

    def deliver(self, target: dict[str, Any], body: str, rule_arn: str) -> None:
        """Make one attempt."""
        context = {"aws:sourcearn": rule_arn, "aws:sourceaccount": self._account.account_id}
        self._reach[kind_of(target["Arn"])](target, body, context)

    def _as_role(self, target: dict[str, Any], context: dict[str, str]) -> Principal:
        arn = self._permissions.require_role(target.get("RoleArn"), SERVICE, context)
        return self._account.role(arn, SESSION)

    def _state_machine(self, target: dict[str, Any], body: str, context: dict[str, str]) -> None:
        principal = self._as_role(target, context)
        client = self._account.client("stepfunctions", principal)
        client.start_execution(stateMachineArn=target["Arn"], input=_checked_json(body))

    def _function(self, target: dict[str, Any], body: str, context: dict[str, str]) -> None:
        self._permissions.require_function(target["Arn"], SERVICE, context)
        self._account.client("lambda").invoke(
            FunctionName=target["Arn"], InvocationType="Event", Payload=_checked_json(body)
        )

    def _queue(self, target: dict[str, Any], body: str, context: dict[str, str]) -> None:
        url = self._permissions.require_queue(target["Arn"], SERVICE, context)
        group = (target.get("SqsParameters") or {}).get("MessageGroupId")
        extra = {"MessageGroupId": group} if group else {}
        self._account.client("sqs").send_message(QueueUrl=url, MessageBody=body, **extra)

    def _topic(self, target: dict[str, Any], body: str, context: dict[str, str]) -> None:
        self._permissions.require_topic(target["Arn"], SERVICE, context)
        self._account.client("sns").publish(TopicArn=target["Arn"], Message=body)

    def _event_bus(self, target: dict[str, Any], body: str, context: dict[str, str]) -> None:
        principal = self._as_role(target, context)
        entries = [{"EventBusName": target["Arn"]}]
        self._authorize("PutEvents", {"Entries": entries}, principal)
        self._forward(json.loads(_checked_json(body)), target["Arn"].rpartition("/")[2])

    def _authorize(self, operation: str, params: dict[str, Any], principal: Principal) -> None:
        """Ask for a permission that EventBridge uses without a call through the gateway."""
        judge = self._account.gateway.authorize
        if judge is None:
            return
        try:
            judge(Call("events", operation, params, principal, cast("Any", None)))
        except AwsError as error:
            raise DeliveryFailed("NO_PERMISSIONS", error.message) from error

    def _log_group(self, target: dict[str, Any], body: str, context: dict[str, str]) -> None:
        self._permissions.require_log_group(target["Arn"], SERVICE, context)
        logs, now = self._account.client("logs"), self._account.kernel.timestamp()
        group = target["Arn"].removesuffix(":*").split("log-group:")[1]
        stream = f"{int(now * 1000)}"
        found = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=stream)
        if not found["logStreams"]:
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        entry = {"timestamp": int(now * 1000), "message": body}
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[entry])


def _checked_json(body: str) -> str:
    try:
        json.loads(body)
    except json.JSONDecodeError as error:
        raise DeliveryFailed("INVALID_JSON", f"The input is not valid JSON: {error}") from error
    return body
