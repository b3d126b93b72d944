"""What a page that is open in a browser on this machine may send is turned away."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from moto.moto_api._internal.models import moto_api_backend
from werkzeug.wrappers import Response

from sandbox.gateway import Gateway
from sandbox.gateway.http import Server
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.client import BaseClient

FORM = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    kernel = Kernel(start=datetime(2026, 1, 5, 9, tzinfo=UTC))
    moto_api_backend.reset()
    server = Server(Gateway(kernel), lambda _: Response("control"))
    client(server).create_bucket(Bucket="models")
    client(server).put_object(Bucket="models", Key="a.txt", Body=b"hello")
    yield server
    server.close()
    kernel.close()


def client(server: Server, version: str = "s3v4") -> BaseClient:
    return boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="key",
        config=Config(signature_version=version),
    )


def ask(
    address: str, headers: dict[str, str] | None = None, body: bytes | None = None, method: str = ""
) -> tuple[int, bytes, dict[str, str]]:
    method = method or ("GET" if body is None else "POST")
    request = urllib.request.Request(address, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


def form(**fields: str) -> bytes:
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(part.format(*each) for each in fields.items()) + "--b--\r\n").encode()


def kept(server: Server) -> list[str]:
    return [each["Key"] for each in client(server).list_objects_v2(Bucket="models")["Contents"]]


STRANGE = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:5100"},
    {"Host": "localhost.evil.example"},
]


@pytest.mark.parametrize("headers", STRANGE, ids=str)
@pytest.mark.parametrize("path", ["/models/a.txt", "/_sandbox/health", "/_sandbox/faults"])
def test_requests_of_other_sites_are_refused(
    server: Server, path: str, headers: dict[str, str]
) -> None:
    signed = client(server).generate_presigned_url("get_object", {"Bucket": "models", "Key": "a"})
    query = signed.partition("?")[2]
    for body in (None, b"{}"):
        status, words, _ = ask(f"{server.url}{path}?{query}", headers, body)
        assert (status, words[:11]) == (403, b"The sandbox")


def test_a_form_of_another_page_drops_nothing(server: Server) -> None:
    body = form(key="models/rce/endpoint.yaml", **{"x-amz-credential": "a/b/c/s3/d", "file": "x"})
    origin = {"Origin": "http://evil.example"}
    assert ask(f"{server.url}/models", {**FORM, **origin}, body)[0] == 403
    assert ask(f"{server.url}/models", FORM, form(key="unsigned", file="x"))[0] == 403
    assert kept(server) == ["a.txt"]


def test_a_browser_is_not_told_that_it_may(server: Server) -> None:
    asks = {"Origin": "http://evil.example", "Access-Control-Request-Method": "PUT"}
    status, _, headers = ask(f"{server.url}/models/a.txt", asks, method="OPTIONS")
    assert status == 403
    client(server).put_bucket_cors(
        Bucket="models",
        CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]},
    )
    mine = client(server).generate_presigned_url("get_object", {"Bucket": "models", "Key": "a.txt"})
    status, body, headers = ask(mine, {"Origin": server.url, "Sec-Fetch-Site": "same-origin"})
    assert (status, body) == (200, b"hello")
    assert [name for name in headers if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize("path", ["/", "/models", "/models/a.txt", "/?Action=ListTopics"])
def test_what_nobody_signed_is_refused(server: Server, path: str) -> None:
    status, words, _ = ask(f"{server.url}{path}")
    assert (status, words[:4]) == (403, b"Sign")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_signed_address_needs_no_client(server: Server, version: str) -> None:
    place = {"Bucket": "models", "Key": "a.txt"}
    address = client(server, version).generate_presigned_url("get_object", place)
    assert ask(address)[:2] == (200, b"hello")
    assert ask(address.replace("127.0.0.1", "localhost"))[:2] == (200, b"hello")


def test_a_signed_form_needs_no_client(server: Server) -> None:
    post = client(server).generate_presigned_post("models", "by-form.txt")
    assert ask(post["url"], FORM, form(**post["fields"], file="x"))[0] == 204
    assert "by-form.txt" in kept(server)


def test_the_sandbox_itself_answers_anybody_on_this_machine(server: Server) -> None:
    assert ask(f"{server.url}/_sandbox/health")[:2] == (200, b"control")
    assert ask(f"{server.url}/_sandbox/clock", body=b"{}")[:2] == (200, b"control")
