"""A function's log in CloudWatch Logs, written as the function's role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.account import Account
    from sandbox.functions.config import Config
    from sandbox.gateway import Principal

# Quotas of PutLogEvents: a batch's events and its bytes, 26 more for each event.
_BATCH_EVENTS = 10_000
_BATCH_BYTES = 1_048_576
_EVENT_OVERHEAD = 26


class LogWriter:
    """Delivers transcripts.

    Attributes
    ----------
    lost
        Deliveries that were refused, as (function, error code). AWS drops such logs silently.
    """

    def __init__(self, account: Account) -> None:
        self.lost: list[tuple[str, str]] = []
        self._account = account
        self._streams: set[tuple[str, str]] = set()

    def write(self, config: Config, stream: str, messages: list[str], who: Principal) -> None:
        """Write the events of one invocation and pass on the metrics embedded in them."""
        client = self._account.client("logs", who)
        try:
            self._ensure_stream(client, config.log_group, stream)
            for batch in batches(self._account.kernel.timestamp(), messages):
                client.put_log_events(
                    logGroupName=config.log_group, logStreamName=stream, logEvents=batch
                )
        except ClientError as error:
            self.lost.append((config.name, error.response["Error"]["Code"]))
            return
        for document in embedded_metrics(messages):
            self._account.metrics.put_emf(document)

    def _ensure_stream(self, client: Any, group: str, stream: str) -> None:
        if (group, stream) in self._streams:
            return
        try:
            client.create_log_stream(logGroupName=group, logStreamName=stream)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            client.create_log_group(logGroupName=group)
            client.create_log_stream(logGroupName=group, logStreamName=stream)
        self._streams.add((group, stream))


def batches(now: float, messages: list[str]) -> Iterator[list[dict[str, Any]]]:
    """Cut messages into batches that PutLogEvents accepts."""
    batch: list[dict[str, Any]] = []
    size = 0
    for message in messages:
        cost = len(message.encode()) + _EVENT_OVERHEAD
        if batch and (len(batch) == _BATCH_EVENTS or size + cost > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append({"timestamp": int(now * 1000), "message": message})
        size += cost
    if batch:
        yield batch


def embedded_metrics(messages: list[str]) -> Iterator[dict[str, Any]]:
    """Find the documents in CloudWatch's embedded metric format."""
    for message in messages:
        if not (message.startswith("{") and '"_aws"' in message):
            continue
        try:
            document = json.loads(message)
        except json.JSONDecodeError:
            continue  # A log line that only looks like one; CloudWatch takes it as text too.
        meta = document.get("_aws")
        if isinstance(meta, dict) and isinstance(meta.get("CloudWatchMetrics"), list):
            yield document
