"""Invoke, for everyone in the account who invokes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from sandbox.functions.asynchronous import AsyncInvocations, Item
from sandbox.functions.catalog import Catalog
from sandbox.functions.results import InvokeResult
from sandbox.functions.runner import Invocation, Runner
from sandbox.functions.urls import FunctionUrls
from sandbox.functions.workers import Order
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account

Kind = Literal["RequestResponse", "Event", "DryRun"]
MAX_SYNC_BYTES = 6_291_456
# 256 KB until 2025.
MAX_ASYNC_BYTES = 1_048_576


class Functions:
    """The account's Lambda."""

    def __init__(self, account: Account) -> None:
        self.catalog = Catalog(account)
        self.runner = Runner(account)
        self.queue = AsyncInvocations(account, self.catalog, self.runner)
        self.urls = FunctionUrls(account, self)
        self._account = account

    def invoke(
        self,
        name_or_arn: str,
        payload: bytes = b"",
        kind: Kind = "RequestResponse",
        *,
        qualifier: str | None = None,
        client_context: str | None = None,
    ) -> InvokeResult:
        """Invoke a function.

        Raises
        ------
        AwsError
            ResourceNotFoundException, TooManyRequestsException, RequestTooLargeException,
            InvalidRequestContentException.
        """
        config = self.catalog.config(name_or_arn, qualifier)
        _check_payload(payload, kind)
        request_id = self.runner.new_id(config.name)
        if kind == "DryRun":
            return InvokeResult(204, b"", request_id, config.version)
        if kind == "RequestResponse":
            order = Order(request_id, payload, client_context=client_context)
            return self.runner.run(config, order)
        now = self._account.kernel.timestamp()
        target = name_or_arn if qualifier is None else config.name
        self.queue.accept(Item(target, qualifier, payload, request_id, now, client_context))
        return InvokeResult(202, b"", request_id, config.version)

    def send(self, name_or_arn: str, event: Any) -> None:
        """Invoke asynchronously with a JSON value; for services that do so."""
        self.invoke(name_or_arn, json.dumps(event).encode(), "Event")

    @property
    def history(self) -> list[Invocation]:
        """Every invocation so far."""
        return self.runner.history

    @property
    def cold_starts(self) -> list[tuple[str, float]]:
        """Every cold start so far, as (function, milliseconds of the wall clock)."""
        return [(each.name, each.init_ms) for each in self.history if each.init_ms is not None]

    def close(self) -> None:
        """End every process."""
        self.runner.close()


def _check_payload(payload: bytes, kind: Kind) -> None:
    limit = MAX_ASYNC_BYTES if kind == "Event" else MAX_SYNC_BYTES
    if len(payload) > limit:
        operation = "InvokeAsync" if kind == "Event" else "InvokeFunction"
        text = f"Request must be smaller than {limit} bytes for the {operation} operation"
        raise AwsError("RequestTooLargeException", text, 413)
    try:
        json.loads(payload or b"{}")
    except ValueError as error:
        text = f"Could not parse request body into json: {error}"
        raise AwsError("InvalidRequestContentException", text) from error
