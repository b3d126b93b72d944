"""Carries messages of topics to their subscriptions."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events.deadletters import Lost
from sandbox.events.failures import classify
from sandbox.events.notifications.filters import passes
from sandbox.events.parcels import Retries

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.account import Account
    from sandbox.events._moto import Subscription
    from sandbox.events.bus.bus import Bus
    from sandbox.events.notifications.messages import Message
    from sandbox.events.parcels import GaveUp

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


class Delivery:
    """Delivers to queues and functions; what goes to people lands in the outbox."""

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self.outbox: list[Sent] = []

    def offer(self, subscription: Subscription, message: Message) -> None:
        """Send a message to a subscription if it passes its filter."""
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
