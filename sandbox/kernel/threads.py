"""Threads, events and conditions as `threading` has them, in sandbox time."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any, Self

from sandbox.kernel.turns import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sandbox.kernel.kernel import Kernel


class Event:
    """`threading.Event` whose waits pass in sandbox time."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._flag = False
        self._waiters: list[Turn] = []

    def is_set(self) -> bool:
        """Tell whether the event has been set."""
        return self._flag

    def set(self) -> None:
        """Set the event and wake all who wait for it."""
        self._flag = True
        self._kernel.wake(self._waiters)

    def clear(self) -> None:
        """Take the event back."""
        self._flag = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the event is set; False if `timeout` sandbox seconds pass first."""
        return self._kernel.wait(self._waiters, self.is_set, timeout)


class Condition:
    """`threading.Condition` for code of which only one thread runs at a time."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._pending: list[Event] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def acquire(self, *_: object) -> bool:
        """Do nothing: the turn is the lock."""
        return True

    def release(self) -> None:
        """Do nothing: the turn is the lock."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until notified."""
        woken = Event(self._kernel)
        self._pending.append(woken)
        return woken.wait(timeout)

    def notify_all(self) -> None:
        """Wake all who wait."""
        events, self._pending = self._pending, []
        for event in events:
            event.set()

    def notify(self, count: int = 1) -> None:
        """Wake some who wait, the first ones first."""
        events, self._pending = self._pending[:count], self._pending[count:]
        for event in events:
            event.set()


class Thread:
    """`threading.Thread` that runs as a task of the kernel."""

    def __init__(  # noqa: PLR0913 - the signature of threading.Thread
        self,
        kernel: Kernel,
        *,
        target: Callable[..., object],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        name: str | None = None,
        daemon: bool | None = None,
    ) -> None:
        self.name = name or str(getattr(target, "__qualname__", "task"))
        self.daemon = daemon
        self._kernel = kernel
        self._call = (target, args, kwargs or {})
        self._started = False
        self._done = Event(kernel)

    def start(self) -> None:
        """Queue the thread; it runs when its turn comes."""
        self._started = True
        turn = Turn(self.name)
        self._kernel.workers.run(turn, self._run)
        self._kernel.queue_task(turn)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended."""
        self._done.wait(timeout)

    def is_alive(self) -> bool:
        """Tell whether the thread has been started and has not ended."""
        return self._started and not self._done.is_set()

    def _run(self) -> None:
        target, args, kwargs = self._call
        try:
            target(*args, **kwargs)
        finally:
            self._done.set()


class Workers:
    """Real threads, used again: a simulated day has many thousand tasks."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._idle: list[queue.SimpleQueue[tuple[Turn, Callable[[], None]] | None]] = []
        self._lock = threading.Lock()

    def run(self, turn: Turn, action: Callable[[], None]) -> None:
        """Hand a task to a thread that is free, or to a new one."""
        with self._lock:
            inbox = self._idle.pop() if self._idle else self._hire()
        inbox.put((turn, action))

    def close(self) -> None:
        """Let the free threads end."""
        with self._lock:
            for inbox in self._idle:
                inbox.put(None)
            self._idle.clear()

    def _hire(self) -> queue.SimpleQueue[tuple[Turn, Callable[[], None]] | None]:
        inbox: queue.SimpleQueue[tuple[Turn, Callable[[], None]] | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, args=(inbox,), daemon=True).start()
        return inbox

    def _work(self, inbox: queue.SimpleQueue[tuple[Turn, Callable[[], None]] | None]) -> None:
        while (job := inbox.get()) is not None:
            self._kernel.run_task(*job)
            with self._lock:
                self._idle.append(inbox)
