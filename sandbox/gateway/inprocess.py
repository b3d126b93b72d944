"""boto3 clients that reach the gateway without a socket."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.request import Request

from sandbox.errors import Unsupported
from sandbox.gateway.calls import LostReply, LostRequest

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from sandbox.gateway.gateway import Gateway

# The access key of whoever calls through a shared client; None for the client's own.
_CALLER: ContextVar[str | None] = ContextVar("caller", default=None)
# What the gateway and moto read of a signature: who calls which service where.
_SIGNED = "AWS4-HMAC-SHA256 Credential={key}/{scope}/aws4_request, SignedHeaders=host, Signature=0"


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
            user_agent="sandbox",  # Else botocore puts it together at every call, twice.
        ),
    )

    key = credentials["AWS_ACCESS_KEY_ID"]
    scope = f"20260101/{region}/{client.meta.service_model.signing_name}"

    def send(request: Any, **_: Any) -> AWSResponse:
        headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()}
        headers["Authorization"] = _SIGNED.format(key=_CALLER.get() or key, scope=scope)
        body = request.body
        if body is not None and hasattr(body, "read"):
            body = body.read()
        token = _CALLER.set(None)  # What the sandbox calls to carry this out, it calls itself.
        try:
            reply = gateway.handle(
                Request.from_primitives(request.method, request.url, headers, body)
            )
        except LostRequest as error:
            raise ConnectTimeoutError(endpoint_url=request.url) from error
        except LostReply as error:
            raise ConnectionClosedError(endpoint_url=request.url) from error
        finally:
            _CALLER.reset(token)
        return AWSResponse(
            request.url, reply.status, _Headers(reply.headers), MockRawResponse(reply.body)
        )

    client.meta.events.register_first("choose-signer", _sign_for_others_only)
    client.meta.events.register("before-send", send)
    return client


def _sign_for_others_only(context: dict[str, Any], **_: Any) -> object:
    """Let botocore sign what leaves the process: it takes a tenth of a call to sign."""
    return None if context.get("is_presign_request") else UNSIGNED


def as_caller(client: BaseClient, access_key: str) -> BaseClient:
    """Return a view of a client whose calls arrive as another caller's.

    A client takes up to 40 ms and 200 KB, and each execution of a workflow is a session of its own.
    The gateway looks at the access key of a signature, not at the signature.
    """
    view: Any = object.__new__(type(client))
    view.__dict__.update(client.__dict__)

    def call(operation: str, params: dict[str, Any]) -> Any:
        token = _CALLER.set(access_key)
        try:
            return client._make_api_call(operation, params)
        finally:
            _CALLER.reset(token)

    def presign(*_: Any, **__: Any) -> None:
        raise Unsupported("A URL presigned by a role: sign it in a process of the role's.")

    view._make_api_call, view.generate_presigned_url = call, presign
    made: BaseClient = view
    return made


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
