"""A real model, dropped, answers through the endpoint as it does on its own."""

from __future__ import annotations

import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.stage.archives import ROWS, SKLEARN_NEW, SKLEARN_OLD, XGBOOST, archive
from tests.stage.endpoint import Endpoint, hosting

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hosting.images import Image
    from tests.stage.archives import Trained
    from tests.stage.stage import Stage

    Train = Callable[[Image], Trained]

INFERENCE = b"""
import os

import joblib
import numpy as np


def model_fn(folder):
    return joblib.load(os.path.join(folder, "model.joblib"))


def input_fn(body, content_type):
    return np.array([[float(cell) for cell in row.split(",")] for row in body.splitlines()])


def predict_fn(rows, model):
    return -model.predict(rows)
"""


@pytest.mark.parametrize("image", [SKLEARN_NEW, SKLEARN_OLD], ids=lambda image: image.version)
def test_a_bare_scikit_learn_model_needs_nothing_else(
    stage: Stage, endpoint: Endpoint, trained: Train, image: Image
) -> None:
    model = trained(image)
    dropped = model.archive("model.joblib")
    endpoint.spec(hosting(image))
    record = endpoint.release("1", dropped)
    assert record.outcome == "succeeded", record.reason
    assert endpoint.predict() == model.predictions
    as_json = json.loads(endpoint.ask(json.dumps({"instances": _rows()}), "application/json"))
    assert as_json["predictions"] == model.predictions

    # What serves is a copy with Slipway's script; what was dropped is as it was.
    s3 = stage.client("s3")
    key = record.inspection["accepted"].removeprefix(f"s3://{stage.artifacts}/")
    served = s3.get_object(Bucket=stage.artifacts, Key=key)["Body"].read()
    kept = s3.get_object(Bucket=stage.artifacts, Key=endpoint.key("1"))["Body"].read()
    assert kept == dropped
    with tarfile.open(fileobj=io.BytesIO(served)) as packed:
        assert sorted(packed.getnames()) == ["code/inference.py", "model.joblib"]
        original = packed.extractfile("model.joblib")
        assert original is not None
        assert original.read() == model.files["model.joblib"]


def test_a_script_is_served_where_code_is_allowed(endpoint: Endpoint, trained: Train) -> None:
    model = trained(SKLEARN_NEW)
    files = {"model.joblib": model.files["model.joblib"], "code/inference.py": INFERENCE}
    endpoint.spec(hosting(SKLEARN_NEW) + "artifact: {allow_code: true}\n")
    record = endpoint.release("1", archive(files))
    assert record.outcome == "succeeded", record.reason
    assert endpoint.predict() == [-each for each in model.predictions]
    assert record.inspection["code_files"] == ["code/inference.py"]


@pytest.mark.parametrize("name", ["model.json", "model.ubj"])
def test_an_xgboost_model_needs_no_code_and_no_settings(
    endpoint: Endpoint, trained: Train, name: str
) -> None:
    model = trained(XGBOOST)
    record = endpoint.release("2026-01.a", model.archive(name))
    assert record.outcome == "succeeded", record.reason
    assert endpoint.predict() == model.predictions
    assert record.plan["framework"] == "xgboost"


def test_golden_requests_are_asked_and_compared_within_their_tolerance(
    stage: Stage, endpoint: Endpoint, trained: Train
) -> None:
    model = trained(XGBOOST)
    close = [each + 0.009 for each in model.predictions]
    smoke: list[dict[str, Any]] = [
        {"content_type": "text/csv", "body": ROWS},
        {
            "content_type": "text/csv",
            "body": ROWS,
            "accept": "text/csv",
            "expect": "\n".join(map(str, model.predictions)),
        },
        {
            "content_type": "text/csv",
            "body": ROWS,
            "accept": "application/json",
            "expect": {"predictions": [{"score": each} for each in close]},
            "tolerance": 0.01,
        },
    ]
    record = endpoint.release("1", model.archive("model.json"), smoke)
    assert record.outcome == "succeeded", record.reason
    assert record.evidence["smoke"] == {"requests": 3, "tested": True}
    assert record.reason.endswith("3 golden requests passed")


def test_without_golden_requests_a_version_is_recorded_as_untested(
    endpoint: Endpoint, trained: Train
) -> None:
    record = endpoint.release("1", trained(XGBOOST).archive("model.json"))
    assert record.evidence["smoke"] == {"requests": 0, "tested": False}
    assert "untested" in record.reason


def _rows() -> list[list[float]]:
    return [[float(cell) for cell in row.split(",")] for row in ROWS.splitlines()]
