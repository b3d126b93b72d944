"""Waiting that a stop, a time-out or the end of the surrounding state interrupts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.workflows.interpreter.runtime import current

if TYPE_CHECKING:
    from sandbox.kernel import Event


class Interrupted(Exception):
    """The environment ended while something in it waited; no Retry or Catch applies."""


class Interrupts:
    """Stands in for an environment's `program_state_event`, which moto only pulses.

    A pulse (set, then clear at once) is lost on whoever has not begun to wait; this wakes all
    waits of the environment, each of which then looks at the environment's state.
    """

    def __init__(self) -> None:
        self._waits: list[Event] = []

    def __deepcopy__(self, _: object) -> Interrupts:
        return Interrupts()

    def attach(self, event: Event) -> None:
        """Let an event be set when the environment changes its state."""
        self._waits.append(event)

    def detach(self, event: Event) -> None:
        """Undo `attach`."""
        self._waits.remove(event)

    def set(self) -> None:
        """Wake every wait."""
        for event in list(self._waits):
            event.set()

    def clear(self) -> None:
        """Do nothing: there is no flag."""


def wait(env: Any, event: Event, seconds: float | None) -> bool:
    """Wait for an event; False if the seconds pass first.

    Raises
    ------
    Interrupted
        The environment is no longer running.
    """
    interrupts: Interrupts = env.program_state_event
    require_running(env)
    interrupts.attach(event)
    try:
        happened = event.wait(seconds)
    finally:
        interrupts.detach(event)
    require_running(env)
    return happened


def sleep(env: Any, seconds: float) -> None:
    """Wait for some seconds, unless interrupted."""
    if seconds > 0:
        wait(env, current().kernel.event(), seconds)


def require_running(env: Any) -> None:
    """Raise `Interrupted` where the environment has ended."""
    if not env.is_running():
        raise Interrupted
