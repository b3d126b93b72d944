"""Who may run. Not thread-safe: the kernel's lock guards it."""

from __future__ import annotations

import threading
from collections import deque


class Turn:
    """A thread's wish to run; the thread sleeps on `granted` until its turn comes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.granted = threading.Event()


class Turns:
    """One holder at a time, three queues.

    `resuming` threads come back from real work and `guests` come from outside (an HTTP
    request, often of a function that a task waits for): both may run while real work goes on,
    or the work could never end. `ready` tasks may run then only if `overlap` allows it: without it,
    what runs in which order never depends on how long a process takes. For the same reason they
    then run only while somebody drives: between two calls of a test, who comes first would be a
    matter of microseconds.
    """

    def __init__(self, *, overlap: bool) -> None:
        self._overlap = overlap
        self.driven = overlap
        self.holder: Turn | None = None
        self.working = 0
        self._resuming: deque[Turn] = deque()
        self._guests: deque[Turn] = deque()
        self._ready: deque[Turn] = deque()

    @property
    def idle(self) -> bool:
        """Nothing runs, nothing wants to run and no real work is under way."""
        queued = self._resuming or self._guests or self._ready
        return self.holder is None and self.working == 0 and not queued

    @property
    def quiet(self) -> bool:
        """Nothing runs and nothing may run now; real work may be under way."""
        return self.holder is None and self._next_queue() is None

    def resume(self, turn: Turn) -> None:
        """Queue a thread that comes back from real work."""
        self._queue(self._resuming, turn)

    def visit(self, turn: Turn) -> None:
        """Queue a thread from outside."""
        self._queue(self._guests, turn)

    def want(self, turn: Turn) -> None:
        """Queue a task."""
        self._queue(self._ready, turn)

    def release(self, turn: Turn) -> None:
        """Give the turn back and let the next one run."""
        if self.holder is not turn:
            raise RuntimeError(f"{turn.name} gives back a turn that it does not hold")
        self.holder = None
        self.grant()

    def grant(self) -> None:
        """Let the next one run if nobody does."""
        queue = self._next_queue()
        if self.holder is None and queue is not None:
            self.holder = queue.popleft()
            self.holder.granted.set()

    def _queue(self, queue: deque[Turn], turn: Turn) -> None:
        queue.append(turn)
        self.grant()

    def _next_queue(self) -> deque[Turn] | None:
        if self._resuming:
            return self._resuming
        if self._guests:
            return self._guests
        if self._ready and self.driven and (self._overlap or self.working == 0):
            return self._ready
        return None
