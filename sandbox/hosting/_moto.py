"""What hosting changes in moto."""

from __future__ import annotations

from typing import Any

from moto.core.serialize import BaseRestSerializer

from sandbox.replacing import replace

_original = BaseRestSerializer._serialized_result_to_response


def _with_modelled_type(
    self: Any, resp: Any, result: Any, shape: Any, serialized_result: Any
) -> Any:
    answer = _original(self, resp, result, shape, serialized_result)
    modelled = serialized_result.get("headers", {}).get("Content-Type")
    if modelled is not None:
        answer["headers"]["Content-Type"] = modelled
    return answer


def apply() -> None:
    """Let InvokeEndpoint answer with the model's content type.

    moto's REST serializer writes the protocol's own type over a Content-Type that is a member of
    the output, so every prediction would come as application/json.
    """
    replace(BaseRestSerializer, _serialized_result_to_response=_with_modelled_type)
