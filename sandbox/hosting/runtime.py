"""InvokeEndpoint."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.errors import Unsupported
from sandbox.gateway import AwsError
from sandbox.hosting import refusals
from sandbox.hosting.book import Outcome
from sandbox.hosting.capture import Capture, Exchange
from sandbox.hosting.logs import LogWriter
from sandbox.hosting.process import CUSTOM_ATTRIBUTES, Answer, NoAnswer

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Call
    from sandbox.hosting.fleet import Fleet, Instance
    from sandbox.hosting.lifecycle import Lifecycle
    from sandbox.hosting.machine import Endpoint
    from sandbox.hosting.meter import Meter
    from sandbox.hosting.store import Store

_LONGEST_BODY = 6_291_456
_MODEL_LIMIT = 60.0
_OVERHEAD = 0.003
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


class Runtime:
    """Serves InvokeEndpoint from the processes behind an endpoint."""

    def __init__(self, account: Account, store: Store, lifecycle: Lifecycle, book: Books) -> None:
        self._account = account
        self._store = store
        self._lifecycle = lifecycle
        self._meter = book.meter
        self._capture = book.capture
        self._recorded = lifecycle.durations.invocation
        self._logs = LogWriter(account)
        account.gateway.serve("sagemaker-runtime", "InvokeEndpoint", self._invoke)

    def _invoke(self, call: Call) -> dict[str, Any]:
        endpoint, fleet = self._target(call.params)
        variant = self._variant(endpoint, call.params.get("TargetVariant"))
        instance = fleet.instances[variant]
        answer, latency = self._ask(instance, call.params)
        status = answer.status if isinstance(answer, Answer) else 0
        outcome = Outcome(status, latency, _OVERHEAD)
        self._meter.record(endpoint.name, variant, [outcome], concurrent=instance.in_flight + 1)
        self._logs.write_soon(instance)
        if isinstance(answer, str):
            raise self._model_error(instance, 0, answer)
        if not answer.ok:
            text = answer.body.decode("utf-8", "replace")
            raise self._model_error(instance, answer.status, text)
        self._take(endpoint, instance, call.params, answer)
        output = {
            "Body": answer.body,
            "ContentType": answer.content_type,
            "InvokedProductionVariant": variant,
        }
        if answer.custom_attributes is not None:
            output["CustomAttributes"] = answer.custom_attributes
        return output

    def _target(self, params: dict[str, Any]) -> tuple[Endpoint, Fleet]:
        for member in _UNSUPPORTED:
            if params.get(member):
                raise Unsupported(f"The sandbox does not invoke with {member}.")
        if len(params.get("Body") or b"") > _LONGEST_BODY:
            raise AwsError(
                "ValidationError",
                "1 validation error detected: Value at 'body' failed to satisfy constraint: "
                f"Member must have length less than or equal to {_LONGEST_BODY}",
            )
        found = self._lifecycle.serving(params["EndpointName"])
        if found is None:
            # SageMaker says the same of an endpoint that is still being created, or has failed.
            raise AwsError(
                "ValidationError",
                f"Endpoint {params['EndpointName']} of account {self._account.account_id} "
                "not found.",
            )
        return found

    def _variant(self, endpoint: Endpoint, target: str | None) -> str:
        if target is None:
            return self._lifecycle.choose(endpoint).name
        if target not in {variant.name for variant in endpoint.variants}:
            raise AwsError(
                "ValidationError", f"Variant {target} not found for Endpoint {endpoint.name}."
            )
        return target

    def _ask(self, instance: Instance, params: dict[str, Any]) -> tuple[Answer | str, float]:
        """Return the answer, or why there is none, and how long it took."""
        headers = {"Content-Type": params.get("ContentType") or "application/octet-stream"}
        for name, member in (("Accept", "Accept"), (CUSTOM_ATTRIBUTES, "CustomAttributes")):
            if params.get(member):
                headers[name] = params[member]
        kernel, recorded = self._account.kernel, self._recorded
        instance.in_flight += 1
        try:
            with kernel.external(recorded + _OVERHEAD):
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

    def _take(
        self, endpoint: Endpoint, instance: Instance, params: dict[str, Any], answer: Answer
    ) -> None:
        config = self._store.configs.get(endpoint.config_name)
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
        self._capture.take(endpoint.name, instance.variant, settings, instance.role, exchange)


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
