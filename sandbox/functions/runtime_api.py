"""Lambda's Runtime API of one process, on a port of its own as in AWS."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future, InvalidStateError
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from sandbox.functions.runtime_http import Handler

if TYPE_CHECKING:
    from sandbox.functions.messages import Reply, Request


class RuntimeApi:
    """Serves one process on a loopback port of its own.

    Attributes
    ----------
    slept
        Seconds that the present invocation has slept without waiting for real.
    overslept
        Done when that is more than it may take.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.ready: Future[Reply | None] = Future()
        self.slept = 0.0
        self.overslept: Future[None] = Future()
        self._limit = float("inf")
        self._requests: SimpleQueue[Request | None] = SimpleQueue()
        self._current: tuple[str, Future[Reply]] | None = None
        threading.Thread(target=self._accept, name="runtime-api", daemon=True).start()

    def submit(self, request: Request, limit: float) -> Future[Reply]:
        """Hand an invocation to the process, which may sleep so many seconds in it."""
        answer: Future[Reply] = Future()
        self.slept, self.overslept, self._limit = 0.0, Future(), limit
        self._current = (request.request_id, answer)
        self._requests.put(request)
        return answer

    def next(self) -> Request | None:
        """Wait for an invocation; None when the sandbox closes."""
        _settle(self.ready, None)
        return self._requests.get()

    def answer(self, request_id: str, reply: Reply) -> bool:
        """Take the answer to an invocation; False if nobody waits for it."""
        if self._current is None or self._current[0] != request_id:
            return False
        _settle(self._current[1], reply)
        return True

    def sleep(self, seconds: float) -> bool:
        """Count what the process would have slept; False once the invocation is out of time."""
        self.slept += seconds
        if self.slept < self._limit:
            return True
        _settle(self.overslept, None)
        return False

    def fail_init(self, reply: Reply) -> None:
        """Take the process's word that it cannot start."""
        _settle(self.ready, reply)

    def close(self) -> None:
        """Stop serving."""
        self._requests.put(None)
        try:
            self._listener.shutdown(socket.SHUT_RDWR)  # Wakes the thread that accepts.
        except OSError:
            pass  # macOS refuses this for a listening socket; close() wakes it there.
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:
                return
            serve = threading.Thread(
                target=Handler, args=(connection, address, self), name="runtime-api", daemon=True
            )
            serve.start()


def _settle(future: Future[Any], value: Reply | None) -> None:
    try:
        future.set_result(value)
    except InvalidStateError:
        pass  # A second answer, or one after the timeout: Lambda ignores it too.
