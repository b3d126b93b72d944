"""Models served by a script of the user: model_fn, input_fn, predict_fn, output_fn."""

from __future__ import annotations

import importlib
import json
import os
import traceback
from typing import TYPE_CHECKING, Any

from container_codec import ANY, JSON, TEXT_TYPES, UnsupportedFormat  # type: ignore[import-not-found]  # on the path there
from container_http import Reply  # type: ignore[import-not-found]  # on the path there

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Script:
    """A user's module with the framework's defaults for the steps that it leaves out."""

    def __init__(self, model_folder: Path, module: str, defaults: dict[str, Any]) -> None:
        user = importlib.import_module(module)
        own = {name: getattr(user, name, None) for name in ("transform_fn", *defaults)}
        if own["transform_fn"] and any(own[name] for name in defaults):
            raise TypeError("transform_fn excludes input_fn, predict_fn and output_fn.")
        if not hasattr(user, "model_fn"):
            raise NotImplementedError(f"{module} has no model_fn; the image has no default.")
        self._steps = {name: own[name] or step for name, step in defaults.items()}
        self._transform: Callable[..., Any] = own["transform_fn"] or self._in_steps
        self._model = user.model_fn(str(model_folder))

    def __call__(self, body: bytes, content_type: str | None, accept: str | None) -> Reply:
        """Answer one request."""
        sent_as = content_type or JSON
        wanted = accept
        if not accept or accept == ANY:
            wanted = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
        content = body.decode() if sent_as in TEXT_TYPES else body
        result = self._transform(self._model, content, sent_as, wanted)
        return result if isinstance(result, Reply) else _reply(result)

    def _in_steps(self, model: Any, content: Any, content_type: str, accept: str) -> Any:
        try:
            data = self._steps["input_fn"](content, content_type)
        except UnsupportedFormat as error:
            return _refusal(error, 415)
        prediction = self._steps["predict_fn"](data, model)
        try:
            return self._steps["output_fn"](prediction, accept)
        except UnsupportedFormat as error:
            return _refusal(error, 406)


def _reply(result: Any) -> Reply:
    body, content_type = result if isinstance(result, tuple) else (result, JSON)
    return Reply(200, body.encode() if isinstance(body, str) else bytes(body), content_type)


def _refusal(error: UnsupportedFormat, status: int) -> Reply:
    content = {
        "error": "UnsupportedFormatError",
        "error-message": str(error),
        "stack-trace": traceback.format_exc(),
    }
    return Reply(status, json.dumps(content).encode(), JSON)
