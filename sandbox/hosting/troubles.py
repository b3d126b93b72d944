"""Injected trouble with the next changes of endpoints."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.injecting import Injections


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
        How many changes; None for all.
    skip
        How many changes to let through first.
    """

    endpoint: str | None = None
    reason: str | None = None
    seconds: float = 0.0
    for_good: bool = False
    times: int | None = 1
    skip: int = 0


_NONE = Trouble()


class Troubles(Injections[Trouble]):
    """The troubles that wait for their changes.

    Attributes
    ----------
    seen
        The endpoints of all changes from now on, where somebody wants them: set it to a list.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] | None = None

    def take(self, endpoint: str) -> Trouble:
        """Return the trouble that a change meets now, and use it up."""
        if self.seen is not None:
            self.seen.append(endpoint)
        return self._meet(lambda each: each.endpoint in (None, endpoint)) or _NONE
