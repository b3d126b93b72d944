"""SNS: what is published reaches the subscriptions."""

from __future__ import annotations

import functools
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events._moto import Subscription, subscriptions
from sandbox.events.courier import Retries
from sandbox.events.deadletters import Lost
from sandbox.events.failures import classify
from sandbox.events.notifications.filters import passes
from sandbox.events.notifications.messages import Message, sizes, structured
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus
    from sandbox.events.courier import GaveUp
    from sandbox.gateway import Call

_LARGEST_MESSAGE = 256 * 1024
_LONGEST_SUBJECT = 100
_LARGEST_BATCH = 10
# SNS tries queues and functions for 23 days.
_RETRIES = Retries(maximum_age=23 * 86400.0, maximum_attempts=100_015)
_TO_PEOPLE = ("email", "email-json", "sms", "http", "https", "application")


@dataclass(frozen=True)
class Sent:
    """Something that would have left AWS: an e-mail, a text message, a web request."""

    time: datetime
    protocol: str
    endpoint: str
    subject: str | None
    message: str


class Notifications:
    """Publishes to topics.

    Attributes
    ----------
    outbox
        What would have left AWS, in order.
    """

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self.outbox: list[Sent] = []

    def serve(self) -> None:
        """Answer Publish and PublishBatch; topics and subscriptions are moto's."""
        self._account.gateway.serve("sns", "Publish", self.publish)
        self._account.gateway.serve("sns", "PublishBatch", self.publish_batch)

    def publish(self, call: Call) -> dict[str, Any]:
        """Answer Publish."""
        given = call.params
        if given.get("PhoneNumber"):
            raise Unsupported("Publish to a phone number: the sandbox publishes to topics.")
        arn = given.get("TopicArn") or given.get("TargetArn")
        if not arn:
            raise _invalid("TopicArn or TargetArn Reason: no value for required parameter")
        return {"MessageId": self._publish(arn, given)}

    def publish_batch(self, call: Call) -> dict[str, Any]:
        """Answer PublishBatch: refusals of single entries stand inside a successful answer."""
        entries = call.params["PublishBatchRequestEntries"]
        ids = [entry["Id"] for entry in entries]
        if not entries or len(entries) > _LARGEST_BATCH:
            raise AwsError("TooManyEntriesInBatchRequest", "A batch has one to ten entries.")
        if len(set(ids)) < len(ids):
            message = "Two or more batch entries in the request have the same Id."
            raise AwsError("BatchEntryIdsNotDistinct", message)
        successful, failed = [], []
        for entry in entries:
            try:
                message_id = self._publish(call.params["TopicArn"], entry)
                successful.append({"Id": entry["Id"], "MessageId": message_id})
            except AwsError as error:
                refusal = {"Code": error.code, "Message": error.message, "SenderFault": True}
                failed.append({"Id": entry["Id"], **refusal})
        return {"Successful": successful, "Failed": failed}

    def _publish(self, arn: str, given: dict[str, Any]) -> str:
        found = subscriptions(self._account, arn)
        if found is None:
            raise AwsError("NotFound", "Topic does not exist", 404)
        message = self._message(arn, given)
        for subscription in found:
            self._offer(subscription, message)
        return message.message_id

    def _message(self, arn: str, given: dict[str, Any]) -> Message:
        text, attributes = given["Message"], given.get("MessageAttributes") or {}
        _check(arn, given, sizes(text, attributes))
        try:
            bodies = structured(text) if given.get("MessageStructure") == "json" else None
        except ValueError as error:
            raise _invalid(str(error)) from error
        return Message(
            message_id=str(uuid.UUID(int=self._bus.numbers.getrandbits(128), version=4)),
            topic_arn=arn,
            text=text,
            published=self._account.kernel.now(),
            subject=given.get("Subject"),
            attributes=attributes,
            bodies=bodies,
            group=given.get("MessageGroupId"),
        )

    def _offer(self, subscription: Subscription, message: Message) -> None:
        settings = subscription.attributes
        scope = settings.get("FilterPolicyScope") or "MessageAttributes"
        body = message.body(subscription.protocol)
        if not passes(settings.get("FilterPolicy"), scope, message.attributes, body):
            return
        if subscription.protocol in _TO_PEOPLE:
            now = self._account.kernel.now()
            to = (subscription.protocol, subscription.endpoint)
            self.outbox.append(Sent(now, *to, message.subject, body))
            return
        reach = self._reach(subscription.protocol)
        self._bus.courier.send(
            f"message to {subscription.endpoint}",
            functools.partial(reach, subscription, message),
            _RETRIES,
            lambda end: self._bury(subscription, message, end),
        )

    def _reach(self, protocol: str) -> Callable[[Subscription, Message], None]:
        reachable = {"sqs": self._to_queue, "lambda": self._to_function}
        if protocol not in reachable:
            raise Unsupported(f"A subscription of the protocol {protocol}.")
        return reachable[protocol]

    def _context(self, message: Message) -> dict[str, str]:
        account = self._account.account_id
        return {"aws:sourcearn": message.topic_arn, "aws:sourceaccount": account}

    def _to_queue(self, subscription: Subscription, message: Message) -> None:
        context = self._context(message)
        url = self._bus.permissions.require_queue(subscription.endpoint, "sns", context)
        raw = str(subscription.attributes.get("RawMessageDelivery", "")).lower() == "true"
        extra: dict[str, Any] = {"MessageGroupId": message.group} if message.group else {}
        if raw and message.attributes:
            extra["MessageAttributes"] = message.attributes
        body = message.body("sqs")
        if not raw:
            shown = message.notification("sqs", subscription.arn, self._account.region)
            body = json.dumps(shown, indent=2)
        self._account.client("sqs").send_message(QueueUrl=url, MessageBody=body, **extra)

    def _to_function(self, subscription: Subscription, message: Message) -> None:
        context = self._context(message)
        self._bus.permissions.require_function(subscription.endpoint, "sns", context)
        event = message.record(subscription.arn, self._account.region)
        self._account.client("lambda").invoke(
            FunctionName=subscription.endpoint, InvocationType="Event", Payload=json.dumps(event)
        )

    def _bury(self, subscription: Subscription, message: Message, end: GaveUp) -> None:
        policy = json.loads(subscription.attributes.get("RedrivePolicy") or "{}")
        queue = policy.get("deadLetterTargetArn")
        reason = f"{end.error.code}: {end.error.message}"
        shown = message.notification("sqs", subscription.arn, self._account.region)
        body = json.dumps(shown, indent=2)
        try:
            if queue is not None:
                context = self._context(message)
                url = self._bus.permissions.require_queue(queue, "sns", context)
                self._account.client("sqs").send_message(QueueUrl=url, MessageBody=body)
                return
        except Exception as error:  # Classified: what is no failed call is raised again.
            reason = f"{reason}; then {queue}: {classify(error).message}"
        lost = Lost(message.topic_arn, subscription.endpoint, body, reason)
        self._bus.lost.append(lost)


def _check(arn: str, given: dict[str, Any], size: int) -> None:
    subject = given.get("Subject")
    if not given["Message"]:
        raise _invalid("Empty message")
    if size > _LARGEST_MESSAGE:
        raise _invalid("Message too long")
    if subject is not None and not _is_subject(subject):
        raise _invalid("Subject")
    if arn.endswith(".fifo") != bool(given.get("MessageGroupId")):
        raise _invalid("MessageGroupId Reason: required for FIFO topics and only for them")


def _is_subject(text: str) -> bool:
    plain = text.isascii() and text.isprintable() and not text.startswith(" ")
    return plain and 0 < len(text) <= _LONGEST_SUBJECT


def _invalid(reason: str) -> AwsError:
    return AwsError("InvalidParameter", f"Invalid parameter: {reason}")
