"""How many messages lie in a queue, as SQS tells CloudWatch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.sqs.models import sqs_backends

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Call

_NAMESPACE, _METRIC = "AWS/SQS", "ApproximateNumberOfMessagesVisible"
# SQS tells it each minute. A letter may lie for weeks, and no alarm on queues has a shorter period.
_INTERVAL = 300.0


class QueueGauge:
    """Tells how full queues are from their first message until they are empty."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._watched: set[str] = set()

    def watch(self) -> None:
        """Hear of messages that are sent."""
        for operation in ("SendMessage", "SendMessageBatch"):
            self._account.gateway.after("sqs", operation, self._sent)

    def _sent(self, call: Call, _: Any) -> None:
        name = str(call.params["QueueUrl"]).rpartition("/")[2]
        if name not in self._watched:
            self._watched.add(name)
            self._tell(name)

    def _tell(self, name: str) -> None:
        account = self._account
        queue: Any = sqs_backends[account.account_id][account.region].queues.get(name)
        visible = len(queue.messages) if queue else 0
        account.metrics.put(_NAMESPACE, _METRIC, {"QueueName": name}, float(visible), unit="Count")
        if visible:
            account.kernel.call_later(_INTERVAL, lambda: self._tell(name), name=f"queue {name}")
        else:
            self._watched.discard(name)
