"""Injected trouble with the next changes of endpoints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Trouble:
    """What goes wrong with a change.

    Attributes
    ----------
    endpoint
        Whose change; None for any.
    reason
        Why the change fails in the end; None if it succeeds.
    seconds
        How much longer it takes.
    for_good
        Whether going back fails too: the endpoint ends as UpdateRollbackFailed.
    times
        How many changes.
    """

    endpoint: str | None = None
    reason: str | None = None
    seconds: float = 0.0
    for_good: bool = False
    times: int = 1


_NONE = Trouble()


class Troubles:
    """The troubles that wait for their changes."""

    def __init__(self) -> None:
        self._waiting: list[Trouble] = []

    def add(self, trouble: Trouble) -> None:
        """Let the next changes meet trouble."""
        self._waiting.append(trouble)

    def clear(self) -> None:
        """Take back what has not been met."""
        self._waiting.clear()

    def take(self, endpoint: str) -> Trouble:
        """Return the trouble that a change meets now, and use it up."""
        for trouble in self._waiting:
            if trouble.endpoint in (None, endpoint):
                trouble.times -= 1
                if trouble.times <= 0:
                    self._waiting.remove(trouble)
                return trouble
        return _NONE
