"""The scikit-learn image: a user's script is required, for there is no default model_fn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from container_codec import TEXT_TYPES, decode, encode  # type: ignore[import-not-found]  # on the path there
from container_script import Script  # type: ignore[import-not-found]  # on the path there

if TYPE_CHECKING:
    from pathlib import Path


def load(model_folder: Path, module: str | None) -> Script:
    """Load the model by the user's model_fn."""
    if module is None:
        raise RuntimeError(
            "SAGEMAKER_PROGRAM does not name a script, and this image serves nothing without one."
        )
    steps = {"input_fn": _input, "predict_fn": _predict, "output_fn": _output}
    return Script(model_folder, module, steps)


def _input(content: Any, content_type: str) -> Any:
    array = decode(content, content_type)
    return array.astype("float32") if content_type in TEXT_TYPES else array


def _predict(data: Any, model: Any) -> Any:
    return model.predict(data)


def _output(prediction: Any, accept: str) -> tuple[bytes, str]:
    return encode(prediction, accept), accept
