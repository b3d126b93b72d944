"""Topics and queues: moto stores them; its long polls are made to wait in sandbox time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.sns import models as sns_models
from moto.sqs import models as sqs_models

from sandbox.replacing import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account

RECEIVE_MESSAGE = sqs_models.SQSBackend.receive_message


@dataclass(frozen=True)
class Subscription:
    """A subscription of a topic as moto keeps it."""

    arn: str
    protocol: str
    endpoint: str
    attributes: dict[str, Any]


def subscriptions(account: Account, topic_arn: str) -> list[Subscription] | None:
    """Return a topic's subscriptions, or None when there is no such topic."""
    backend = sns_models.sns_backends[account.account_id][account.region]
    if topic_arn not in backend.topics:
        return None
    return [
        Subscription(found.arn, found.protocol, found.endpoint, found.attributes)
        for found in backend.subscriptions.values()
        if found.topic.arn == topic_arn
    ]


def poll_in_sandbox_time(sleep: Callable[[float], None]) -> None:
    """Let long polls of queues wait in sandbox time.

    moto waits on a real lock until a clock that stands still reaches the end of the poll.
    """

    def receive_message(  # noqa: PLR0913, PLR0917 - moto's own signature
        backend: Any,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> Any:
        rest = (visibility_timeout, message_attribute_names)
        for _ in range(int(wait_seconds_timeout or 0)):
            found = RECEIVE_MESSAGE(backend, queue_name, count, 0, *rest)
            if found:
                return found
            sleep(1.0)
        return RECEIVE_MESSAGE(backend, queue_name, count, 0, *rest)

    replace(sqs_models.SQSBackend, receive_message=receive_message)
