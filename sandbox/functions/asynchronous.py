"""Asynchronous invocations: a queue, two more tries, an end that is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.functions.destinations import Destinations
from sandbox.functions.workers import Order
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.functions.catalog import Catalog
    from sandbox.functions.config import Config
    from sandbox.functions.results import InvokeResult
    from sandbox.functions.runner import Runner

# After a function's error Lambda waits one minute, then two.
RETRY_SECONDS = (60.0, 120.0)
DEFAULT_MAX_AGE_SECONDS = 21_600
# After throttling it tries again from one second on, up to five minutes apart.
_FIRST_BACKOFF, _LAST_BACKOFF = 1.0, 300.0


@dataclass
class Item:
    """An accepted event."""

    function: str
    qualifier: str | None
    payload: bytes
    request_id: str
    accepted: float
    client_context: str | None = None
    invoked: int = 0
    throttled: int = 0


class AsyncInvocations:
    """Carries accepted events to their functions."""

    def __init__(self, account: Account, catalog: Catalog, runner: Runner) -> None:
        self.destinations = Destinations(account)
        self._kernel = account.kernel
        self._catalog = catalog
        self._runner = runner

    def accept(self, item: Item) -> None:
        """Take an event; it runs as a task of its own."""
        self._kernel.spawn(lambda: self._try(item), name=f"async {item.function}")

    def _try(self, item: Item) -> None:
        try:
            config = self._catalog.config(item.function, item.qualifier)
        except AwsError:
            return  # The function was deleted meanwhile: Lambda drops its events.
        try:
            order = Order(item.request_id, item.payload, client_context=item.client_context)
            result = self._runner.run(config, order)
        except AwsError:
            item.throttled += 1
            pause = min(_FIRST_BACKOFF * 2 ** (item.throttled - 1), _LAST_BACKOFF)
            self._again(config, item, None, pause)
            return
        item.invoked += 1
        self._judge(config, item, result)

    def _judge(self, config: Config, item: Item, result: InvokeResult) -> None:
        if result.function_error is None:
            self.destinations.finish(config, item, result, "Success")
        elif item.invoked > config.async_config.get("MaximumRetryAttempts", len(RETRY_SECONDS)):
            self.destinations.finish(config, item, result, "RetriesExhausted")
        else:
            self._again(config, item, result, RETRY_SECONDS[item.invoked - 1])

    def _again(self, config: Config, item: Item, result: InvokeResult | None, pause: float) -> None:
        limit = config.async_config.get("MaximumEventAgeInSeconds", DEFAULT_MAX_AGE_SECONDS)
        left = item.accepted + limit - self._kernel.timestamp()
        if pause <= left:
            self._kernel.call_later(pause, lambda: self._try(item), name=f"async {item.function}")
            return
        self._kernel.call_later(
            left,
            lambda: self.destinations.finish(config, item, result, "EventAgeExceeded"),
            name=f"expiry {item.function}",
        )
