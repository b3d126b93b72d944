"""SNS: what is published reaches the subscriptions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events._moto import subscriptions
from sandbox.events.notifications.delivery import Delivery, Sent
from sandbox.events.notifications.messages import Message, sizes, structured
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus
    from sandbox.gateway import Call

_LARGEST_MESSAGE = 256 * 1024
_LONGEST_SUBJECT = 100
_LARGEST_BATCH = 10


class Notifications:
    """Publishes to topics."""

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self._delivery = Delivery(account, bus)

    @property
    def outbox(self) -> list[Sent]:
        """What would have left AWS, in order."""
        return self._delivery.outbox

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
            self._delivery.offer(subscription, message)
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
