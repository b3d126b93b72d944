"""The XGBoost image: without a script it serves the booster in the archive's root itself."""

from __future__ import annotations

import csv
import importlib
import json
import os
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import container_codec  # type: ignore[import-not-found]  # on the path there
from container_http import Reply  # type: ignore[import-not-found]  # on the path there
from container_script import Script  # type: ignore[import-not-found]  # on the path there

if TYPE_CHECKING:
    from pathlib import Path

    from container_http import Handler

np = container_codec.np
xgboost = importlib.import_module("xgboost")

_CSV_TYPES = ("csv", "text/csv")
_LIBSVM_TYPES = ("libsvm", "text/libsvm", "text/x-libsvm")
_ACCEPTED = (container_codec.JSON, "application/jsonlines", container_codec.CSV)
_VOTES = ("multi:softmax", "binary:hinge")


def load(model_folder: Path, module: str | None) -> Handler:
    """Load the boosters, or the user's script where there is one."""
    if module is not None:
        steps = {"input_fn": _matrix, "predict_fn": _predict_script, "output_fn": _output}
        return Script(model_folder, module, steps)
    return Boosters(model_folder)


class Boosters:
    """Every file in the root is a booster; several of them make an ensemble."""

    def __init__(self, folder: Path) -> None:
        files = [path for path in folder.iterdir() if path.is_file()]
        models = [_load(path) for path in sorted(files) if not path.name.startswith(".")]
        ensemble = os.environ.get("SAGEMAKER_INFERENCE_ENSEMBLE", "true") == "true"
        self._models = models if ensemble else models[:1]
        first = self._models[0][0]  # An archive without a file in its root ends here.
        self._objective = json.loads(first.save_config())["learner"]["objective"]["name"]
        print(f"Model objective : {self._objective}", flush=True)

    def __call__(self, body: bytes, content_type: str | None, accept: str | None) -> Reply:
        """Answer one request."""
        if not body:
            return Reply(204, b"", "text/html")
        steps = ((415, "{}"), (400, "Unable to evaluate payload provided: {}"), (406, "{}"))
        done = 0
        try:
            data = _matrix(body, content_type)
            done = 1
            scores = self._predict(data)
            done = 2
            wanted = _accepted(accept)
        except Exception as error:
            print(traceback.format_exc(), flush=True)
            status, message = steps[done]
            return Reply(status, message.format(error).encode(), "text/html")
        return Reply(200, _encode(scores.tolist(), wanted), wanted)

    def _predict(self, data: Any) -> Any:
        scores = [_predict_one(model, pickled, data) for model, pickled in self._models]
        if len(scores) == 1:
            return scores[0]
        if self._objective in _VOTES:
            columns = np.array(scores).T
            return np.array([max(sorted(set(c)), key=list(c).count) for c in columns.tolist()])
        return np.mean(scores, axis=0)


def _load(path: Path) -> tuple[Any, bool]:
    """Return the booster and whether it was pickled; the image too tries pickle first."""
    try:
        with path.open("rb") as file:
            return pickle.load(file), True
    except Exception as pickle_error:
        booster = xgboost.Booster()
        try:
            booster.load_model(path)
        except Exception as error:
            raise RuntimeError(
                f"Model {path} cannot be loaded:\nPickle load error={pickle_error}\n"
                f"XGB load model error={error}"
            ) from error
        return booster, False


def _matrix(body: bytes | str, content_type: str | None) -> Any:
    media = (content_type or "libsvm").lower().partition(";")[0].strip()
    text = (body.decode() if isinstance(body, bytes) else body).strip()
    if media in _CSV_TYPES:
        return xgboost.DMatrix(_csv(text))
    if media in _LIBSVM_TYPES:
        return xgboost.DMatrix(_libsvm(text))
    known = ", ".join((*_CSV_TYPES, *_LIBSVM_TYPES))
    raise container_codec.UnsupportedFormat(
        f"{content_type} is not an accepted ContentType: {known}."
    )


def _csv(text: str) -> Any:
    lines = text.split("\n")
    sniffed = csv.Sniffer().sniff(lines[0][:512]).delimiter
    delimiter = "," if sniffed.isalnum() else sniffed
    return np.array([[cell or "nan" for cell in line.split(delimiter)] for line in lines], float)


def _libsvm(text: str) -> Any:
    scipy = importlib.import_module("scipy.sparse")
    cells = [
        (row, *item.split(":", 1))
        for row, line in enumerate(text.split("\n"))
        for item in line.split(" ")
        if ":" in item
    ]
    rows, indices, values = zip(*cells, strict=True) if cells else ((), (), ())
    columns = np.array(indices).astype(int)
    # Indices may count from 1, as libsvm's own do.
    shift = 1 if len(columns) and columns.min() >= 1 else 0
    return scipy.csr_matrix((np.array(values).astype(float), (rows, columns - shift)))


def _predict_one(model: Any, pickled: bool, data: Any) -> Any:
    if pickled and data.num_col() not in (model.num_features(), model.num_features() + 1):
        raise ValueError(
            f"Feature size of inference data {data.num_col()} is not consistent with feature size "
            f"of trained model {model.num_features()}."
        )
    return model.predict(data, validate_features=False)


def _predict_script(data: Any, model: Any) -> Any:
    return model.predict(data, validate_features=False)


def _output(prediction: Any, accept: str) -> tuple[bytes, str]:
    return container_codec.encode(prediction, accept), accept


def _accepted(accept: str | None) -> str:
    media = (accept or "").partition(";")[0].strip().lower()
    if not media or media == container_codec.ANY:
        media = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "text/csv")
    if media not in _ACCEPTED:
        raise ValueError(f"Accept type {accept} is not supported. Supported: {_ACCEPTED}.")
    return media


def _encode(scores: list[Any], accept: str) -> bytes:
    if accept == container_codec.JSON:
        return json.dumps({"predictions": [{"score": score} for score in scores]}).encode()
    body: bytes = container_codec.encode(scores, accept)
    return body
