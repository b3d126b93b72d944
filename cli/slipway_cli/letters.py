"""A dead letter, as SQS gives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slipway.domain.json_text import object_or_nothing

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Letter:
    """One message of a dead-letter queue.

    Parameters
    ----------
    id : str
        SQS's message id.
    target : str
        ARN of what it was for; empty where the queue does not say: Lambda names no function.
    why : str
        The last error, in the words of whoever gave up.
    """

    id: str
    queue: str
    receipt: str
    body: str
    sent: str
    target: str = ""
    why: str = ""
    event: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What it is, in a few words."""
        kind = self.event.get("detail-type")
        return str(kind) if kind else f"an input of {len(self.body)} characters"

    def as_dict(self) -> dict[str, str]:
        """Return what programs are told."""
        shown = {"id": self.id, "kind": "dead letter", "what": self.what, "at": self.sent}
        return {**shown, "target": self.target, "why": self.why}


def letter_of(queue: str, message: Mapping[str, Any]) -> Letter:
    """Read a message: EventBridge, Scheduler and Lambda each say why in their own way."""
    said = {
        name: str(value.get("StringValue", ""))
        for name, value in message.get("MessageAttributes", {}).items()
    }
    code, words = said.get("ERROR_CODE", ""), said.get("ERROR_MESSAGE") or said.get("ErrorMessage")
    return Letter(
        id=message["MessageId"],
        queue=queue,
        receipt=message["ReceiptHandle"],
        body=message["Body"],
        sent=_moment(message.get("Attributes", {}).get("SentTimestamp", "0")),
        target=said.get("TARGET_ARN", ""),
        why=": ".join(each for each in (code, words) if each),
        event=object_or_nothing(message["Body"]),
    )


def _moment(milliseconds: str) -> str:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).isoformat(timespec="seconds")
