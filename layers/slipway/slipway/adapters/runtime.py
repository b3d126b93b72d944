"""Requests to one variant of an endpoint."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, message_of, passing_faults
from slipway.domain.error_page import answered
from slipway.errors import ServiceBusy, SmokeTestFailed
from slipway.ports import Answer

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_NOT_READY = frozenset({"ModelNotReadyException", "InternalDependencyException"})


class VariantInvoker:
    """Implements Invoker."""

    def ask(  # noqa: PLR0913 - the members of one request
        self,
        endpoint: str,
        variant: str,
        *,
        body: bytes,
        content_type: str,
        accept: str,
        inference_id: str,
    ) -> Answer:
        """Return the answer; raise SmokeTestFailed if the model answers with an error."""
        from botocore.exceptions import ClientError

        request = {
            "EndpointName": endpoint,
            "TargetVariant": variant,
            "Body": body,
            "ContentType": content_type,
            "InferenceId": inference_id,
        } | ({"Accept": accept} if accept else {})
        try:
            # A model's own error comes with the status 424 and is no passing fault.
            with passing_faults():
                begun = perf_counter()
                answer = client("sagemaker-runtime").invoke_endpoint(**request)
                body = answer["Body"].read()
        except ClientError as error:
            _explain(error, variant)
            raise
        return Answer(body, answer.get("ContentType", ""), (perf_counter() - begun) * 1000)


def _explain(error: ClientError, variant: str) -> None:
    # The runtime may find an endpoint or a variant a little later than SageMaker says InService.
    unseen = code_of(error) == "ValidationError" and "not found" in message_of(error).lower()
    if unseen or code_of(error) in _NOT_READY:
        raise ServiceBusy(message_of(error)) from error
    if code_of(error) in {"ModelError", "ValidationError"}:
        original = str(error.response.get("OriginalMessage") or message_of(error))
        status = int(error.response.get("OriginalStatusCode") or 0)
        words = f"Variant {variant} {answered(status, original)}"
        raise SmokeTestFailed(words, answer=original, status=status) from error
