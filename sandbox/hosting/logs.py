"""What containers print, in CloudWatch Logs, written as the execution role."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.hosting.fleet import Instance

_BATCH = 1000
_LONGEST = 250_000
_DELAY = 5.0


def ship(account: Account, instance: Instance) -> None:
    """Write what an instance has printed since the last time.

    A role that may not write logs loses them without a word, as on AWS.
    """
    with instance.server.log.open("rb") as file:
        file.seek(instance.shipped)
        printed = file.read()
    instance.shipped += len(printed)
    lines = [line for line in printed.decode("utf-8", "replace").splitlines() if line.strip()]
    with contextlib.suppress(ClientError):
        for first in range(0, len(lines), _BATCH):
            _write(account, instance, lines[first : first + _BATCH])


def _write(account: Account, instance: Instance, lines: list[str]) -> None:
    client = account.client("logs", account.role(instance.role, "SageMaker"))
    group, stream = instance.log_group, instance.log_stream
    # Slipway makes the group beforehand, and other instances have written.
    with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
        client.create_log_group(logGroupName=group)
    with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
        client.create_log_stream(logGroupName=group, logStreamName=stream)
    now = int(account.kernel.timestamp() * 1000)
    events = [{"timestamp": now, "message": line[:_LONGEST]} for line in lines]
    client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


class LogWriter:
    """Writes the logs of instances that answer requests, some seconds after."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._waiting: set[str] = set()

    def write_soon(self, instance: Instance) -> None:
        """Write what the instance prints now, unless a write is due anyway."""
        if instance.identifier in self._waiting:
            return
        self._waiting.add(instance.identifier)

        def write() -> None:
            self._waiting.discard(instance.identifier)
            ship(self._account, instance)

        self._account.kernel.call_later(_DELAY, write, name=f"log of {instance.identifier}")
