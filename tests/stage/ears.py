"""Ears: queues that keep what Slipway says, and what passes the default bus."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.testing import Sandbox

EVERYTHING: Mapping[str, Any] = {"source": [{"exists": True}]}
_BATCH = 10


class Ear:
    """A queue that others write to; what was heard is kept.

    Parameters
    ----------
    name
        The queue's name.
    """

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self._sqs = sandbox.client("sqs")
        self.name = name
        self.arn = f"arn:aws:sqs:{sandbox.account.region}:{sandbox.account.account_id}:{name}"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        attributes = {"Policy": policy}
        self._url = self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self._heard: list[dict[str, Any]] = []

    def listen_to_bus(self, sandbox: Sandbox, bus: str, pattern: Mapping[str, Any]) -> None:
        """Hear the events of a bus that match a pattern."""
        events = sandbox.client("events")
        events.put_rule(Name=self.name, EventBusName=bus, EventPattern=json.dumps(pattern))
        targets = [{"Id": "ear", "Arn": self.arn}]
        events.put_targets(Rule=self.name, EventBusName=bus, Targets=targets)

    def stop_listening_to_bus(self, sandbox: Sandbox, bus: str) -> None:
        """Hear no more of a bus."""
        events = sandbox.client("events")
        events.remove_targets(Rule=self.name, EventBusName=bus, Ids=["ear"])
        events.delete_rule(Name=self.name, EventBusName=bus)

    def listen_to_topic(self, sandbox: Sandbox, topic: str) -> None:
        """Hear the messages of a topic, and let a person get them by e-mail."""
        sns = sandbox.client("sns")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self.arn)
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")

    def heard(self) -> list[dict[str, Any]]:
        """Return everything heard so far."""
        while found := self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=_BATCH, WaitTimeSeconds=0
        ).get("Messages"):
            for message in found:
                self._heard.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return self._heard
