"""The HTTP of Lambda's Runtime API.

Four calls, as documented by AWS ("Using the Lambda runtime API"): next, response, error, init
error. And one of the sandbox's own: sleep.
"""

from __future__ import annotations

import contextlib
import json
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from sandbox.functions.messages import MAX_RESPONSE_BYTES, RESPONSE_TOO_LARGE, Reply

if TYPE_CHECKING:
    from sandbox.functions.messages import Request
    from sandbox.functions.runtime_api import RuntimeApi

PREFIX = "/2018-06-01/runtime/"


class Handler(BaseHTTPRequestHandler):
    """Serves one connection from a process."""

    protocol_version = "HTTP/1.1"
    # Or headers and body would go out apart, each waiting some 40 ms for an acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    def __init__(self, connection: Any, address: Any, api: RuntimeApi) -> None:
        self._api = api
        # The base class serves the whole connection within its constructor.
        super().__init__(connection, address, api)  # type: ignore[arg-type]  # needs no server

    def handle(self) -> None:
        """Serve the connection until either side ends it; a killed process just stops."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Answer `next`, as soon as there is something to do."""
        if self.path != PREFIX + "invocation/next":
            return self._send(404, b"{}")
        request = self._api.next()
        if request is None:
            self.close_connection = True
            return None
        return self._send(200, request.payload, _headers(request))

    def do_POST(self) -> None:
        """Take an answer or an error."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = self.path.removeprefix(PREFIX).split("/")
        match parts:
            case ["init", "error"]:
                self._api.fail_init(Reply(body, self._error_type(body)))
                self._send(202, b'{"status":"OK"}')
            case ["invocation", request_id, "error"]:
                self._answer(request_id, Reply(body, self._error_type(body)))
            case ["sandbox", "sleep", seconds]:
                # Without an answer the connection ends: the process dies, its time is up.
                if self._api.sleep(float(seconds)):
                    self._send(200, b"{}")
                else:
                    self.close_connection = True
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
