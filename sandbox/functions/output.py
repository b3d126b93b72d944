"""What a process prints, complete up to any moment that matters."""

from __future__ import annotations

import os
import select
import threading

_CHUNK = 65_536


class Output:
    """Reads the pipe of a process's stdout and stderr.

    A process prints, then answers over HTTP; the answer may be seen first. `take` therefore empties
    the pipe itself before it returns.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._pieces: list[bytes] = []
        self._open = True
        os.set_blocking(descriptor, False)
        threading.Thread(target=self._follow, name="function-output", daemon=True).start()

    def take(self) -> str:
        """Return what has been printed since the last time."""
        with self._lock:
            self._empty()
            text = b"".join(self._pieces)
            self._pieces.clear()
        return text.decode("utf-8", "replace")

    def _follow(self) -> None:
        # Not select(): it takes no descriptor above 1023, and a busy account has many processes.
        waiting = select.poll()
        waiting.register(self._descriptor, select.POLLIN)
        while self._open:
            waiting.poll()
            with self._lock:
                self._empty()

    def _empty(self) -> None:
        while self._open:
            try:
                piece = os.read(self._descriptor, _CHUNK)
            except BlockingIOError:
                return
            if not piece:
                self._open = False
                os.close(self._descriptor)
                return
            self._pieces.append(piece)
