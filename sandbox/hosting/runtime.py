"""InvokeEndpoint."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.errors import Unsupported
from sandbox.gateway import AwsError
from sandbox.hosting import refusals
from sandbox.hosting.behaviour import FINE, OVERHEAD, Behaviours
from sandbox.hosting.book import Outcome
from sandbox.hosting.capture import Capture, Exchange
from sandbox.hosting.logs import LogWriter
from sandbox.hosting.process import CUSTOM_ATTRIBUTES, Answer, NoAnswer

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Call
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.fleet import Instance
    from sandbox.hosting.meter import Meter
    from sandbox.hosting.routing import Route, Routing
    from sandbox.hosting.store import Store

_LONGEST_BODY = 6_291_456
_MODEL_LIMIT = 60.0
# What a caller who expects a prediction for each row cannot use.
WRONG_SHAPE = b'{"unexpected": []}'
_UNSUPPORTED = (
    "TargetModel",
    "TargetContainerHostname",
    "EnableExplanations",
    "InferenceComponentName",
    "SessionId",
    "PrefixAwareId",
)


class Books(NamedTuple):
    """Where invocations are written down."""

    meter: Meter
    capture: Capture


class Models(NamedTuple):
    """Who answers: the instances behind endpoints, and how models are to behave."""

    routing: Routing
    behaviours: Behaviours
    durations: Durations


class Runtime:
    """Serves InvokeEndpoint from the processes behind an endpoint."""

    def __init__(self, account: Account, store: Store, models: Models, book: Books) -> None:
        self._account = account
        self._store = store
        self._models = models
        self._meter = book.meter
        self._capture = book.capture
        self._logs = LogWriter(account)
        self._random = Random(f"{models.durations.seed}/invocations")
        account.gateway.serve("sagemaker-runtime", "InvokeEndpoint", self._invoke)

    def _invoke(self, call: Call) -> dict[str, Any]:
        route = self._route(call.params)
        instance = route.instance
        answer, latency = self._ask(route, call.params)
        status = answer.status if isinstance(answer, Answer) else 0
        outcome = Outcome(status, latency, OVERHEAD)
        self._meter.record(route, [outcome], concurrent=instance.in_flight + 1)
        self._logs.write_soon(instance)
        if isinstance(answer, str):
            raise self._model_error(instance, 0, answer)
        if not answer.ok:
            text = answer.body.decode("utf-8", "replace")
            raise self._model_error(instance, answer.status, text)
        self._take(route, call.params, answer)
        output = {
            "Body": answer.body,
            "ContentType": answer.content_type,
            "InvokedProductionVariant": route.variant.name,
        }
        if answer.custom_attributes is not None:
            output["CustomAttributes"] = answer.custom_attributes
        return output

    def _route(self, params: dict[str, Any]) -> Route:
        _require_supported(params)
        name, target = params["EndpointName"], params.get("TargetVariant")
        if not self._models.routing.routes(name):
            # SageMaker says the same of an endpoint that is still being created, or has failed.
            account = self._account.account_id
            raise _wrong(f"Endpoint {name} of account {account} not found.")
        route = self._models.routing.choose(name, target)
        if route is None:
            raise _wrong(f"Variant {target} not found for Endpoint {name}.")
        return route

    def _ask(self, route: Route, params: dict[str, Any]) -> tuple[Answer | str, float]:
        """Return the answer, or why there is none, and how long it took."""
        behaviour = self._models.behaviours.of(route.variant)
        recorded = self._models.durations.invocation
        if behaviour is not None:
            recorded = behaviour.latency(recorded, self._random)
            status = behaviour.status(self._random)
            if status != FINE:
                self._account.kernel.sleep(recorded + OVERHEAD)
                return Answer(
                    status, b"The model failed, as it was told to.", "text/plain"
                ), recorded
        answer, took = self._send(route.instance, params, recorded)
        if behaviour is not None and behaviour.wrong_shape and isinstance(answer, Answer):
            answer = replace(answer, body=WRONG_SHAPE)
        return answer, took

    def _send(
        self, instance: Instance, params: dict[str, Any], recorded: float
    ) -> tuple[Answer | str, float]:
        headers = {"Content-Type": params.get("ContentType") or "application/octet-stream"}
        for name, member in (("Accept", "Accept"), (CUSTOM_ATTRIBUTES, "CustomAttributes")):
            if params.get(member):
                headers[name] = params[member]
        kernel = self._account.kernel
        instance.in_flight += 1
        try:
            with kernel.external(recorded + OVERHEAD):
                began = time.perf_counter()
                answer = _send(instance, params.get("Body") or b"", headers)
                took = time.perf_counter() - began
        finally:
            instance.answered()
        if kernel.timing == "wall":
            return answer, took
        return answer, _MODEL_LIMIT if answer == refusals.TIMED_OUT else recorded

    def _model_error(self, instance: Instance, status: int, message: str) -> AwsError:
        account = self._account
        return refusals.model_error(
            status, message, instance.log_group, account.account_id, account.region
        )

    def _take(self, route: Route, params: dict[str, Any], answer: Answer) -> None:
        config = self._store.configs.get(route.config)
        settings = config.request.get("DataCaptureConfig") if config else None
        if not settings:
            return
        exchange = Exchange(
            params.get("Body") or b"",
            params.get("ContentType") or "application/octet-stream",
            answer.body,
            answer.content_type,
            params.get("InferenceId"),
            params.get("CustomAttributes"),
        )
        instance = route.instance
        self._capture.take(instance.endpoint, instance.variant, settings, instance.role, exchange)


def _require_supported(params: dict[str, Any]) -> None:
    for member in _UNSUPPORTED:
        if params.get(member):
            raise Unsupported(f"The sandbox does not invoke with {member}.")
    if len(params.get("Body") or b"") > _LONGEST_BODY:
        raise _wrong(
            "1 validation error detected: Value at 'body' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_LONGEST_BODY}"
        )


def _wrong(message: str) -> AwsError:
    return AwsError("ValidationError", message)


def _send(instance: Instance, body: bytes, headers: dict[str, str]) -> Answer | str:
    """Return the answer, or why there is none; a container that died starts again, as on AWS."""
    try:
        return instance.server.invoke(body, headers, _MODEL_LIMIT)
    except TimeoutError:
        return refusals.TIMED_OUT
    except NoAnswer:
        if not instance.retired:
            instance.server.start()
        return f"Amazon SageMaker could not get a response from the {instance.endpoint} endpoint."
