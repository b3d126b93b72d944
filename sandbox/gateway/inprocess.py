"""boto3 clients that reach the gateway without a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.request import Request

from sandbox.gateway.calls import LostReply

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from sandbox.gateway.gateway import Gateway


def make_client(
    gateway: Gateway, service: str, region: str, credentials: dict[str, str], url: str
) -> BaseClient:
    """Return a client whose requests go straight to the gateway.

    It does not check parameters itself and does not try again: the caller wants to see what the
    service answers.
    """
    client = boto3.client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=credentials.get("AWS_SESSION_TOKEN"),
        config=Config(
            parameter_validation=False,
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )

    def send(request: Any, **_: Any) -> AWSResponse:
        headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()}
        body = request.body
        if body is not None and hasattr(body, "read"):
            body = body.read()
        try:
            reply = gateway.handle(
                Request.from_primitives(request.method, request.url, headers, body)
            )
        except LostReply as error:
            raise ConnectionClosedError(endpoint_url=request.url) from error
        return AWSResponse(
            request.url, reply.status, _Headers(reply.headers), MockRawResponse(reply.body)
        )

    client.meta.events.register("before-send", send)
    return client


class _Headers(dict[str, str]):
    """Response headers; botocore asks for them in lower case."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__({name.lower(): str(value) for name, value in headers.items()})

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())
