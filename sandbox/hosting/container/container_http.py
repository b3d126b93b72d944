"""`/ping` and `/invocations` over HTTP, as SageMaker asks of a container."""

from __future__ import annotations

import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = "<!doctype html>\n<title>500 Internal Server Error</title>\n"


class Reply(NamedTuple):
    """What the container answers."""

    status: int
    body: bytes
    content_type: str


class Handler(Protocol):
    """A loaded model that answers requests."""

    def __call__(self, body: bytes, content_type: str | None, accept: str | None) -> Reply:
        """Answer one request."""


def serve(handler: Handler, port_file: Path) -> None:
    """Serve on a free port of the loopback address, and write the port to a file."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _requests(handler))
    server.daemon_threads = True
    # Written whole or not at all: whoever waits for the port must not read half of it.
    draft = port_file.with_suffix(".part")
    draft.write_text(str(server.server_address[1]))
    draft.rename(port_file)
    server.serve_forever()


def _requests(handler: Handler) -> type[BaseHTTPRequestHandler]:
    # One worker, as one process of the image's server: XGBoost's predict is not thread-safe.
    worker = threading.Lock()

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(Reply(200 if self.path == "/ping" else 404, b"", "application/json"))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path != "/invocations":
                self._send(Reply(404, b"", "text/html"))
                return
            with worker:
                self._send(self._answer(body))

        def _answer(self, body: bytes) -> Reply:
            try:
                return handler(body, self.headers.get("Content-Type"), self.headers.get("Accept"))
            except Exception:
                print(traceback.format_exc(), flush=True)
                return Reply(500, _PAGE.encode(), "text/html")

        def _send(self, reply: Reply) -> None:
            # The line is complete in the log before the caller has the answer.
            if self.path != "/ping":
                print(f'"{self.command} {self.path} HTTP/1.1" {reply.status}', flush=True)
            self.send_response_only(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing: `_send` writes the log."""

    return Requests
