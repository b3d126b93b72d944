"""The gateway over HTTP, on the loopback address only."""

from __future__ import annotations

import logging
import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from sandbox.gateway import strangers
from sandbox.gateway.calls import LostReply
from sandbox.gateway.connection import Connection, Listener
from sandbox.gateway.gateway import request_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.request import Request

    from sandbox.gateway.gateway import Gateway

HOST = "127.0.0.1"
CONTROL = "/_sandbox/"
# Function URLs answer for themselves that a request is not signed.
_URLS = ".on.aws"
_UNSIGNED = "Sign the request, with any key: no AWS service takes one without a signature."


class PortBusy(Exception):
    """Something else listens on the port."""


class Server:
    """Serves the gateway, and the sandbox's own control interface beside it.

    Parameters
    ----------
    gateway
        Answers the AWS calls.
    control
        Answers what begins with `/_sandbox/`.
    port
        The port to listen on; 0 for any free one.
    """

    def __init__(
        self, gateway: Gateway, control: Callable[[Request], Response], port: int = 0
    ) -> None:
        self._gateway = gateway
        self._control = control
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        if port and _is_taken(port):
            raise PortBusy(f"Port {port} is busy: something else listens on {HOST}:{port}.")
        self._server = Listener(HOST, port, self._answer, Connection)
        self.port: int = self._server.server_port
        self.url = f"http://{HOST}:{self.port}"
        threading.Thread(target=self._serve, name="sandbox-http", daemon=True).start()

    def close(self) -> None:
        """Stop listening, and hang up: nobody may reach what is closed."""
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)  # How long closing waits, at most.

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = request_from(environ)
        refused = strangers.refusal(request)
        if refused:
            return _forbidden(refused)(environ, start_response)
        if request.path.startswith(CONTROL):
            return self._control(request)(environ, start_response)
        if _URLS not in request.host and not strangers.is_signed(request):
            return _forbidden(_UNSIGNED)(environ, start_response)
        try:
            reply = self._gateway.handle(request)
        except LostReply as lost:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError(f"{type(lost).__name__}: {lost}") from None
        headers = strangers.without_sharing(reply.headers)
        return Response(reply.body, reply.status, headers)(environ, start_response)


def _forbidden(why: str) -> Response:
    return Response(f"{why}\n", 403, mimetype="text/plain")


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
