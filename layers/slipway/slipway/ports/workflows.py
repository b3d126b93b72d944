"""Executions: their state, their end, who starts and wakes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Executions(Protocol):
    """Executions of the release workflow."""

    def runs(self, execution: str) -> bool | None:
        """Tell whether an execution still runs; None for one that is not known, or not yet."""


class Endings(Protocol):
    """How executions ended."""

    def ending(self, execution: str) -> str:
        """Return error and cause of an execution that ended; empty if it has none."""


@dataclass(frozen=True, slots=True)
class LastState:
    """The state in which an execution ended.

    Parameters
    ----------
    name : str
        Empty if it ended in none, or too long ago.
    deliberate : bool
        Whether it is of the type Fail: the workflow ended itself.
    """

    name: str
    deliberate: bool


class History(Protocol):
    """What executions went through."""

    def last_state(self, execution: str) -> LastState:
        """Return the state that an execution entered last."""


class Starter(Protocol):
    """Starts named executions."""

    def start(self, machine: str, name: str, payload: Mapping[str, Any]) -> None:
        """Start an execution; do nothing if one of this name was started already."""


class Waker(Protocol):
    """Wakes waiting tasks."""

    def wake(self, token: str) -> bool:
        """Finish the task that waits with this token; False if it no longer waits."""


class Failer(Protocol):
    """Fails waiting tasks."""

    def fail(self, token: str, error: str, cause: str) -> bool:
        """Fail the task that waits with this token; False if it no longer waits."""
