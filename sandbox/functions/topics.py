"""What SNS sends to a function that subscribes to a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


def record(
    subscription: Any, message: str, message_id: str, given: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Return the event, in the shape that the Lambda developer guide shows; nothing signs it."""
    stamp = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"
    attributes = given.get("message_attributes") or {}
    notification = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": subscription.topic.arn,
        "Subject": given.get("subject"),
        "Message": message,
        "Timestamp": stamp,
        "SignatureVersion": "1",
        "Signature": "",
        "SigningCertUrl": "",
        "UnsubscribeUrl": "",
        "MessageAttributes": {
            name: {"Type": value["data_type"], "Value": value["data_value"]}
            for name, value in attributes.items()
        },
    }
    envelope = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": notification,
    }
    return {"Records": [envelope]}
