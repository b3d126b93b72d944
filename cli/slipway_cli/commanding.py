"""`slipway approve`, `pause`, `resume`, `abort` and `rollback`: events on Slipway's bus."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.adapters.clients import client
from slipway.adapters.ledger import Ledger
from slipway.errors import ReleaseUnknown
from slipway.usecases.kept_releases import releases_to_go_back_to
from slipway_cli.problems import Problem, WrongUse
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord

SOURCE, DETAIL_TYPE = "slipway.operator", "Release Command"
# Seconds: the bus and the function take one or two; what failed is tried again within minutes.
PATIENCE = 30.0
_INTERVAL, _SANDBOX_INTERVAL = 1.0, 0.2


class Book(Protocol):
    """What of the ledger is read."""

    def read_endpoint(self, name: str) -> EndpointRecord:
        """Return the endpoint's record."""

    def read_release(self, endpoint: str, release: str) -> ReleaseRecord:
        """Return one release; raise ReleaseUnknown if there is none."""

    def list_releases(self, endpoint: str) -> Sequence[ReleaseRecord]:
        """Return an endpoint's releases, the oldest first."""


@dataclass(frozen=True)
class Order:
    """What is commanded.

    Parameters
    ----------
    release : str
        Empty for the one that runs, or for a rollback the one before what serves.
    by : str
        Empty for the AWS identity of the caller.
    """

    command: str
    endpoint: str
    release: str = ""
    reason: str = ""
    by: str = ""


def command_release(order: Order, *, stack: str, wait: bool, console: Console) -> bool:
    """Send a command and print how it is answered; return whether it was obeyed.

    Raises
    ------
    WrongUse
        There is no release that it could be for.
    Problem
        Nobody answers.
    """
    found = find_stack(stack)
    ledger = Ledger(found.ledger_table)
    release = order.release or target_of(order, ledger)
    event = _send(order, release, found.event_bus)
    console.print(f"Sent [bold]{order.command}[/] for {order.endpoint} {release}", soft_wrap=True)
    if not wait:
        return True
    answer = await_answer(ledger, order.endpoint, release, event)
    console.print(answer, soft_wrap=True, markup=False)
    return not answer.startswith("Refused")


def target_of(order: Order, ledger: Book) -> str:
    """Return the release that a command without one is for."""
    record = ledger.read_endpoint(order.endpoint)
    if order.command != "rollback":
        if record.lease is None:
            raise WrongUse(f"No release of {order.endpoint} runs; see `slipway status`.")
        return record.lease.release
    if record.settling and not record.settling.reverted:
        return record.settling.previous.release
    live = record.live.release if record.live else ""
    kept = releases_to_go_back_to(ledger.list_releases(order.endpoint), live)
    if not kept:
        raise WrongUse(f"Endpoint {order.endpoint} keeps no release to go back to.")
    return kept[0].release


def _send(order: Order, release: str, bus: str) -> str:
    detail = {
        "endpoint": order.endpoint,
        "release": release,
        "command": order.command,
        "by": order.by or client("sts").get_caller_identity()["Arn"],
        "reason": order.reason,
    }
    entry = {
        "EventBusName": bus,
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps(detail),
    }
    answer = client("events").put_events(Entries=[entry])
    (sent,) = answer["Entries"]
    # An entry can fail inside an answer that says 200.
    if answer.get("FailedEntryCount"):
        raise Problem(f"The bus {bus} did not take it: {sent.get('ErrorMessage')}")
    return str(sent["EventId"])


def await_answer(
    ledger: Book,
    endpoint: str,
    release: str,
    event: str,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> str:
    """Return the answer to a command, which the history of the release keeps."""
    interval = _SANDBOX_INTERVAL if os.environ.get("AWS_ENDPOINT_URL") else _INTERVAL
    for _ in range(int(PATIENCE / interval)):
        for entry in _commands(ledger, endpoint, release):
            if entry.get("id") == event:
                return entry["answer"]
        pause(interval)
    raise Problem(
        f"No answer within {PATIENCE:.0f} s. If {endpoint} has no release {release}, the answer is "
        "in the notifications; otherwise see `slipway history`."
    )


def _commands(ledger: Book, endpoint: str, release: str) -> Sequence[dict[str, str]]:
    try:
        return [dict(each) for each in ledger.read_release(endpoint, release).commands]
    except ReleaseUnknown:
        return []
