"""Dead letters of EventBridge: sent when the queue lets them in, otherwise gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.events.failures import classify

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.events.parcels import GaveUp
    from sandbox.events.permissions import Permissions


@dataclass(frozen=True)
class Lost:
    """Something that AWS drops without a trace, recorded here so that a test can see it."""

    source: str
    target: str
    body: str
    reason: str


class DeadLetters:
    """Writes dead letters in EventBridge's form."""

    def __init__(self, account: Account, permissions: Permissions) -> None:
        self._account = account
        self._permissions = permissions
        self.lost: list[Lost] = []

    def of_rule(self, rule_arn: str, target: dict[str, Any], body: str, end: GaveUp) -> None:
        """Send the letter of a rule's target; the queue's policy must let the rule in."""
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        reason = f"{end.error.code}: {end.error.message}"
        if queue is None:
            self.lost.append(Lost(rule_arn, target["Arn"], body, reason))
            return
        context = {
            "aws:sourcearn": rule_arn,
            "aws:sourceaccount": self._account.account_id,
        }
        try:
            url = self._permissions.require_queue(queue, "events", context)
            attributes = {"RULE_ARN": rule_arn, "TARGET_ARN": target["Arn"], **about(end)}
            self._send(url, body, attributes)
        except Exception as error:  # Classified: what is no failed call is raised again.
            refused = classify(error)
            why = f"{reason}; then the dead-letter queue {queue}: {refused.message}"
            self.lost.append(Lost(rule_arn, target["Arn"], body, why))

    def _send(self, url: str, body: str, attributes: dict[str, str]) -> None:
        self._account.client("sqs").send_message(
            QueueUrl=url, MessageBody=body, MessageAttributes=as_message_attributes(attributes)
        )


def about(end: GaveUp) -> dict[str, str]:
    """Return the attributes that say why a delivery ended."""
    said = {
        "ERROR_CODE": end.error.code,
        "ERROR_MESSAGE": end.error.message,
        "RETRY_ATTEMPTS": str(end.retries),
    }
    if end.exhausted:
        said["EXHAUSTED_RETRY_CONDITION"] = end.exhausted
    return said


def as_message_attributes(attributes: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return string attributes in the form of SQS; it takes no empty ones."""
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in attributes.items()
        if value
    }
