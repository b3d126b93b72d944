"""Connections that clients keep, as they keep those to AWS."""

from __future__ import annotations

import http.client
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.gateway.connection import Connection, Listener

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Answer with what was asked, without reading more than it has to."""
    path = environ["PATH_INFO"]
    if path == "/breaks":
        raise ValueError("not a request's fault")
    if path == "/lost":
        raise ConnectionAbortedError
    if path == "/ignores":
        start("204 No Content", [])
        return []
    if environ["REQUEST_METHOD"] == "HEAD":
        start("200 OK", [("Content-Length", "7")])
        return []
    start("200 OK", [])
    return [b"given: ", environ["wsgi.input"].read()]


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener("127.0.0.1", 0, app, Connection)
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()
    made.hang_up()


@pytest.fixture
def client(listener: Listener) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection("127.0.0.1", listener.server_port, timeout=5)) as made:
        yield made


def ask(client: http.client.HTTPConnection, method: str, path: str, **given: Any) -> Any:
    client.request(method, path, **given)
    answer = client.getresponse()
    return answer.status, answer.read()


def test_calls_share_a_connection_whatever_came_before(client: http.client.HTTPConnection) -> None:
    assert ask(client, "POST", "/", body=b"one") == (200, b"given: one")
    kept = client.sock
    assert ask(client, "POST", "/ignores", body=b"x" * 100_000) == (204, b"")
    assert ask(client, "HEAD", "/") == (200, b"")
    assert ask(client, "PUT", "/", body=iter([b"in ", b"chunks"])) == (200, b"given: in chunks")
    assert ask(client, "PUT", "/", body=b"two", headers={"Expect": "100-continue"})[0] == 200
    assert ask(client, "GET", "/") == (200, b"given: ")
    assert client.sock is kept


def test_an_error_of_the_sandbox_is_an_answer(
    client: http.client.HTTPConnection, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(client, "GET", "/breaks")[0] == 500
    assert "not a request's fault" in caplog.text
    assert ask(client, "GET", "/")[0] == 200


def test_a_lost_reply_ends_the_connection(client: http.client.HTTPConnection) -> None:
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(client, "GET", "/lost")


def test_nobody_reaches_what_has_hung_up(
    listener: Listener, client: http.client.HTTPConnection
) -> None:
    assert ask(client, "GET", "/")[0] == 200
    listener.hang_up()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(client, "GET", "/")
