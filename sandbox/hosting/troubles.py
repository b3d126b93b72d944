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
    skip
        How many changes to let through first.
    """

    endpoint: str | None = None
    reason: str | None = None
    seconds: float = 0.0
    for_good: bool = False
    times: int = 1
    skip: int = 0


_NONE = Trouble()


class Troubles:
    """The troubles that wait for their changes.

    Attributes
    ----------
    met
        How many changes met one.
    seen
        The endpoints of all changes from now on, where somebody wants them: set it to a list.
    """

    def __init__(self) -> None:
        self.met = 0
        self.seen: list[str] | None = None
        self._waiting: list[Trouble] = []

    def add(self, trouble: Trouble) -> None:
        """Let the next changes meet trouble."""
        self._waiting.append(trouble)

    def clear(self) -> None:
        """Take back what has not been met, and count anew."""
        self._waiting.clear()
        self.met = 0

    def take(self, endpoint: str) -> Trouble:
        """Return the trouble that a change meets now, and use it up."""
        if self.seen is not None:
            self.seen.append(endpoint)
        for trouble in self._waiting:
            if trouble.endpoint not in (None, endpoint):
                continue
            if trouble.skip > 0:
                trouble.skip -= 1
                continue
            self._count_down(trouble)
            return trouble
        return _NONE

    def _count_down(self, trouble: Trouble) -> None:
        self.met += 1
        trouble.times -= 1
        if trouble.times <= 0:
            self._waiting.remove(trouble)
