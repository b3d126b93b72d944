"""A published message and the forms in which SNS delivers it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Message:
    """One message on a topic.

    Attributes
    ----------
    bodies
        With MessageStructure ``json``: the body of each protocol, and ``default``.
    """

    message_id: str
    topic_arn: str
    text: str
    published: datetime
    subject: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    bodies: dict[str, str] | None = None
    group: str | None = None

    def body(self, protocol: str) -> str:
        """Return what subscribers of a protocol get to read."""
        if self.bodies is None:
            return self.text
        return self.bodies.get(protocol, self.bodies["default"])

    def notification(self, protocol: str, subscription_arn: str, region: str) -> dict[str, Any]:
        """Return SNS's envelope. It is not signed: nobody outside could check it."""
        said: dict[str, Any] = {
            "Type": "Notification",
            "MessageId": self.message_id,
            "TopicArn": self.topic_arn,
            "Message": self.body(protocol),
            "Timestamp": self.timestamp,
            "SignatureVersion": "1",
            "Signature": "EXAMPLE",
            "SigningCertURL": f"https://sns.{region}.amazonaws.com/sandbox.pem",
            "UnsubscribeURL": f"https://sns.{region}.amazonaws.com/?Action=Unsubscribe"
            f"&SubscriptionArn={subscription_arn}",
        }
        if self.subject:
            said["Subject"] = self.subject
        if self.attributes:
            said["MessageAttributes"] = self._shown_attributes()
        return said

    def record(self, subscription_arn: str, region: str) -> dict[str, Any]:
        """Return the event that a function gets."""
        said = self.notification("lambda", subscription_arn, region)
        said = {"Subject": None, "MessageAttributes": {}, **said}
        said["SigningCertUrl"] = said.pop("SigningCertURL")
        said["UnsubscribeUrl"] = said.pop("UnsubscribeURL")
        about = {
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription_arn,
        }
        return {"Records": [{**about, "Sns": said}]}

    @property
    def timestamp(self) -> str:
        """When it was published, as SNS writes it."""
        milliseconds = self.published.microsecond // 1000
        return f"{self.published:%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"

    def _shown_attributes(self) -> dict[str, dict[str, str]]:
        return {
            name: {"Type": one["DataType"], "Value": _shown(one)}
            for name, one in self.attributes.items()
        }


def _shown(attribute: dict[str, Any]) -> str:
    if "BinaryValue" in attribute:
        return base64.b64encode(attribute["BinaryValue"]).decode()
    return str(attribute["StringValue"])


def sizes(text: str, attributes: dict[str, Any]) -> int:
    """Return how many bytes count against SNS's limit."""
    parts = [text.encode()]
    for name, one in attributes.items():
        value = one.get("BinaryValue", b"") or (one.get("StringValue") or "").encode()
        parts += [name.encode(), one["DataType"].encode(), value]
    return sum(len(part) for part in parts)


def structured(text: str) -> dict[str, str]:
    """Read the bodies of a message with MessageStructure ``json``.

    Raises
    ------
    ValueError
        When SNS would refuse it.
    """
    try:
        bodies = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError("Message Structure - JSON message body failed to parse") from error
    if not isinstance(bodies, dict) or not isinstance(bodies.get("default"), str):
        raise ValueError("Message Structure - No default entry in JSON message body")
    return {name: body for name, body in bodies.items() if isinstance(body, str)}
