"""Lambda's Runtime API: what a function's process asks for work and answers to.

Four calls, as documented by AWS ("Using the Lambda runtime API"): next, response, error, init
error.
One server belongs to one process; AWS, too, gives each execution environment its own.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from typing import Any

PREFIX = "/2018-06-01/runtime/"
# 6 MB and a little: the figure that Lambda names in its own message.
MAX_RESPONSE_BYTES = 6_291_556
RESPONSE_TOO_LARGE = "Function.ResponseSizeTooLarge"


@dataclass(frozen=True)
class Request:
    """One invocation, as the process gets it.

    Attributes
    ----------
    deadline_ms
        Milliseconds since 1970 in sandbox time.
    client_context
        JSON text, as the caller sent it.
    """

    request_id: str
    payload: bytes
    deadline_ms: int
    arn: str
    trace: str
    client_context: str | None = None


@dataclass(frozen=True)
class Reply:
    """What the process answered; `error` is Lambda's type of a failure."""

    payload: bytes
    error: str | None = None


class RuntimeApi:
    """Serves one process on a loopback port of its own."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.ready: Future[Reply | None] = Future()
        self._requests: SimpleQueue[Request | None] = SimpleQueue()
        self._current: tuple[str, Future[Reply]] | None = None
        threading.Thread(target=self._accept, name="runtime-api", daemon=True).start()

    def submit(self, request: Request) -> Future[Reply]:
        """Hand an invocation to the process."""
        answer: Future[Reply] = Future()
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
                target=_Handler, args=(connection, address, self), name="runtime-api", daemon=True
            )
            serve.start()


def _settle(future: Future[Any], value: Reply | None) -> None:
    try:
        future.set_result(value)
    except InvalidStateError:
        pass  # A second answer, or one after the timeout: Lambda ignores it too.


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, connection: Any, address: Any, api: RuntimeApi) -> None:
        self._api = api
        # The base class serves the whole connection within its constructor.
        super().__init__(connection, address, api)  # type: ignore[arg-type]  # needs no server

    def handle(self) -> None:
        """Serve the connection until either side ends it; a killed process just stops."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:  # noqa: N802 - the base class's name
        if self.path != PREFIX + "invocation/next":
            return self._send(404, b"{}")
        request = self._api.next()
        if request is None:
            self.close_connection = True
            return None
        return self._send(200, request.payload, _headers(request))

    def do_POST(self) -> None:  # noqa: N802 - the base class's name
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = self.path.removeprefix(PREFIX).split("/")
        match parts:
            case ["init", "error"]:
                self._api.fail_init(Reply(body, self._error_type(body)))
                self._send(202, b'{"status":"OK"}')
            case ["invocation", request_id, "error"]:
                self._answer(request_id, Reply(body, self._error_type(body)))
            case ["invocation", request_id, "response"]:
                self._respond(request_id, body)
            case _:
                self._send(404, b"{}")

    def _respond(self, request_id: str, body: bytes) -> None:
        if len(body) <= MAX_RESPONSE_BYTES:
            return self._answer(request_id, Reply(body))
        limit = f"maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)"
        text = f"Response payload size exceeded {limit}."
        refusal = json.dumps({"errorMessage": text, "errorType": RESPONSE_TOO_LARGE}).encode()
        self._api.answer(request_id, Reply(refusal, RESPONSE_TOO_LARGE))
        return self._send(413, refusal)

    def _answer(self, request_id: str, reply: Reply) -> None:
        known = self._api.answer(request_id, reply)
        self._send(202 if known else 400, b'{"status":"OK"}' if known else b"{}")

    def _error_type(self, body: bytes) -> str:
        header = self.headers.get("Lambda-Runtime-Function-Error-Type")
        return str(header or json.loads(body).get("errorType") or "Unhandled")

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the sandbox's own log is the record of calls."""


def _headers(request: Request) -> dict[str, str]:
    headers = {
        "Lambda-Runtime-Aws-Request-Id": request.request_id,
        "Lambda-Runtime-Deadline-Ms": str(request.deadline_ms),
        "Lambda-Runtime-Invoked-Function-Arn": request.arn,
        "Lambda-Runtime-Trace-Id": request.trace,
    }
    if request.client_context is not None:
        headers["Lambda-Runtime-Client-Context"] = request.client_context
    return headers
