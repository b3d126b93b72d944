"""Connections to the gateway, over each of which a client makes one call after another.

werkzeug's own handler ends a connection after each answer, for it cannot tell whether a request was
read to its end; here every request is, before it is answered. A function's process makes many calls
of few services: to connect anew took a third of the time of each.
"""

from __future__ import annotations

import contextlib
import io
import socket
import traceback
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.exceptions import InternalServerError
from werkzeug.serving import ThreadedWSGIServer

if TYPE_CHECKING:
    from collections.abc import Iterable

# Answers without a body have no length either.
_BODILESS = {204, 304}

Headers = list[tuple[str, str]]


class Listener(ThreadedWSGIServer):
    """Takes connections, and serves each on a thread of its own."""

    def __init__(self, *given: Any) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(*given)

    def hang_up(self) -> None:
        """End every connection."""
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Connection(MotoRequestHandler):
    """Serves one connection until either side ends it."""

    server: Listener
    protocol_version = "HTTP/1.1"
    # Headers and body go out together, and at once.
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        """Let the server know, so that it can end the connection."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.server.connections.discard(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        """Read one request, answer it, and leave the connection as it is."""
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self._body(environ))
        try:
            status, headers, body = _answered(self.server.app, environ)
        except ConnectionError:  # The answer is lost on purpose.
            raise
        except Exception:
            self.server.log("error", f"Error on request:\n{traceback.format_exc()}")
            status, headers, body = _answered(InternalServerError(), environ)
        self._send(status, headers, body)

    def _body(self, environ: dict[str, Any]) -> bytes:
        if environ.get("wsgi.input_terminated"):  # It comes in chunks, and says when it ends.
            chunked: bytes = environ["wsgi.input"].read()
            return chunked
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, status: str, headers: Headers, body: bytes) -> None:
        code, _, words = status.partition(" ")
        self.send_response(int(code), words)
        for name, value in headers:
            self.send_header(name, value)
        told = any(name.lower() == "content-length" for name, _ in headers)
        if not told and int(code) not in _BODILESS:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _answered(app: Any, environ: dict[str, Any]) -> tuple[str, Headers, bytes]:
    started: list[Any] = []

    def start(status: str, headers: Headers, _: Any = None) -> None:
        started[:] = [status, headers]

    parts: Iterable[bytes] = app(environ, start)
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    status, headers = started
    return status, headers, body
