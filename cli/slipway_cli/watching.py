"""Follows one release from its drop to its end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

from slipway.errors import ReleaseUnknown
from slipway_cli.steps import History, Step, read_history, steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import Drop, ReleaseRecord


_GOING_ON = frozenset({"waiting", "running", "parked"})


class Book(Protocol):
    """What of the ledger is read."""

    def read_release(self, endpoint: str, release: str) -> ReleaseRecord:
        """Return one release; raise ReleaseUnknown if there is none."""

    def read_endpoint(self, name: str) -> EndpointRecord:
        """Return the endpoint's record."""


@dataclass(frozen=True)
class View:
    """A release at one moment.

    Parameters
    ----------
    outcome : str
        The ledger's, or `waiting` before the ledger knows the drop, or `unchanged` if the very
        same content is live already.
    now : datetime, optional
        When it was looked at, by the account's clock.
    """

    outcome: str
    reason: str = ""
    steps: list[Step] = field(default_factory=list)
    execution: str = ""
    now: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        # The outcome is written within the last step, a moment before that ends.
        running = any(step.state == "running" for step in self.steps)
        return self.outcome not in _GOING_ON and not running


def follow(
    book: Book,
    drop: Drop,
    sha256: str,
    *,
    interval: float,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[View]:
    """Look at a release again and again; the last view is the one that is over.

    Parameters
    ----------
    sha256 : str
        Of the artifact: content that is live already makes no release.
    interval : float
        Seconds between two looks.
    """
    while True:
        view = look(book, drop, sha256)
        yield view
        if view.over:
            return
        pause(interval)


def look(book: Book, drop: Drop, sha256: str) -> View:
    """Return how far a release is."""
    try:
        record = book.read_release(drop.endpoint, drop.release)
    except ReleaseUnknown:
        live = book.read_endpoint(drop.endpoint).live
        if live and live.serves(drop.version, sha256):
            return View("unchanged", f"{live.release} serves this very content already")
        return View("waiting")
    history = _history(record.execution)
    steps = steps_of(history.events)
    return View(record.outcome, record.reason, steps, record.execution, history.now)


def _history(execution: str) -> History:
    # A parked drop's next execution has its name before it is started.
    try:
        return read_history(execution)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise
        return History()
