"""Serves a scikit-learn model that was dropped without a script of its own.

Slipway packs this file as `code/inference.py`. It runs inside SageMaker's scikit-learn containers,
so it needs nothing but what they have, and a Python as old as 3.7.

Requests, with the columns in the order of the training data: `text/csv` (one or more rows, no
header) or `application/json` (`{"instances": [...]}` or a list). Responses: `application/json`
(`{"predictions": [...]}`) or `text/csv` (a row per line).
"""

# numpy and pandas are in the container, not where types are checked.
# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

try:
    import joblib
except ImportError:  # scikit-learn before 0.21 brings its own
    from sklearn.externals import joblib

MODEL_FILES = ("model.joblib", "model.pkl")
# Slipway sets it for models whose arrays joblib 1.2 or newer has written: an older one would take
# parts of them for instructions, and run what Slipway has passed over as numbers.
ALIGNED_ARRAYS = False
JSON = "application/json"
CSV = "text/csv"


def model_fn(model_dir: str) -> Any:
    """Load the model."""
    _check_joblib()
    for name in MODEL_FILES:
        path = Path(model_dir) / name
        if path.is_file():
            return joblib.load(str(path))
    raise FileNotFoundError(f"neither {' nor '.join(MODEL_FILES)} in {model_dir}")


def input_fn(body: bytes | str, content_type: str) -> np.ndarray:
    """Read a request into a two-dimensional array."""
    kind = _media_type(content_type) or CSV
    text = body.decode("utf-8-sig") if isinstance(body, (bytes, bytearray)) else body
    if kind == CSV:
        return _table([row for row in csv.reader(io.StringIO(text)) if row])
    if kind == JSON:
        return _table(_instances(json.loads(text)))
    raise ValueError(f"content type {content_type!r} is not supported: send {CSV} or {JSON}")


def predict_fn(rows: np.ndarray, model: Any) -> np.ndarray:
    """Predict, or transform where a model does only that."""
    act = model.predict if hasattr(model, "predict") else model.transform
    result = act(_named(rows, model))
    return result.toarray() if hasattr(result, "toarray") else np.asarray(result)


def output_fn(prediction: np.ndarray, accept: str) -> tuple[str, str]:
    """Write the response in the form that is accepted."""
    for part in (accept or JSON).split(","):
        kind = _media_type(part)
        if kind in (JSON, "*/*", "application/*", ""):
            body = json.dumps({"predictions": _plain(prediction.tolist())})
            return body, JSON
        if kind in (CSV, "text/*"):
            return _csv(prediction), CSV
    raise ValueError(f"accept {accept!r} is not supported: ask for {JSON} or {CSV}")


def _check_joblib() -> None:
    """Refuse to load what this joblib would misread."""
    if ALIGNED_ARRAYS and [int(part) for part in joblib.__version__.split(".")[:2]] < [1, 2]:
        raise RuntimeError(
            "the model was saved by joblib 1.2 or newer, and this container has joblib "
            f"{joblib.__version__}: save the model with pickle.dump as model.pkl"
        )


def _named(rows: np.ndarray, model: Any) -> Any:
    """Give the columns the names that a model was fitted with: it may choose columns by name.

    The order of a request's columns is that of the training data, whatever a model chooses by.
    """
    names = getattr(model, "feature_names_in_", None)
    if names is None or len(names) != rows.shape[1]:
        return rows
    try:
        import pandas as pd
    except ImportError:
        return rows
    return pd.DataFrame(rows, columns=list(names)).infer_objects()


def _media_type(header: str | None) -> str:
    """Cut parameters such as `charset` off."""
    return (header or "").split(";")[0].strip().lower()


def _instances(document: Any) -> list[Any]:
    """Find the rows in a JSON request."""
    if isinstance(document, dict):
        if "instances" not in document:
            raise ValueError('a JSON object needs the key "instances"')
        document = document["instances"]
    if not isinstance(document, list) or not document:
        raise ValueError("a JSON request is a list of rows that is not empty")
    rows = [row.get("features") if isinstance(row, dict) else row for row in document]
    return rows if isinstance(rows[0], list) else [rows]


def _table(rows: list[Any]) -> np.ndarray:
    """Make an array of rows of equal length: of numbers if all cells are, else of objects."""
    if not rows:
        raise ValueError("the request has no rows")
    if any(not isinstance(row, list) or len(row) != len(rows[0]) for row in rows):
        raise ValueError("the rows have different lengths")
    columns = [_column([row[i] for row in rows]) for i in range(len(rows[0]))]
    if all(numeric for _, numeric in columns):
        return np.array([cells for cells, _ in columns], dtype=float).T
    table = np.empty((len(rows), len(columns)), dtype=object)
    for index, (cells, _) in enumerate(columns):
        table[:, index] = cells
    return table


def _column(cells: Any) -> tuple[list[Any], bool]:
    """Turn a column into numbers if every cell is one; an empty cell is a missing value."""
    try:
        return [_number(cell) for cell in cells], True
    except (TypeError, ValueError):
        return list(cells), False


def _number(cell: Any) -> float:
    """Read a cell."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return math.nan
    return float(cell)


def _plain(value: Any) -> Any:
    """Replace what JSON cannot say."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _csv(prediction: np.ndarray) -> str:
    """Write one line per row."""
    rows = prediction.tolist()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(row if isinstance(row, list) else [row] for row in rows)
    return out.getvalue()
