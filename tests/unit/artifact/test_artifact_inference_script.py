"""The script that serves bare models, run as the container runs it."""

import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from slipway.domain.artifact import sklearn_inference_script

numpy = pytest.importorskip("numpy", reason="the script needs numpy, which only containers have")


class Doubling:
    """A model that gives twice the first column, and remembers what it was asked."""

    def predict(self, rows: Any) -> Any:
        self.rows = rows
        return rows[:, 0] * 2


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    monkeypatch.setitem(sys.modules, "joblib", types.ModuleType("joblib"))
    module = types.ModuleType("inference")
    exec(compile(sklearn_inference_script(), "inference.py", "exec"), module.__dict__)
    return module


@pytest.mark.parametrize("version", ["0.13.2", "0.9.4", "1.1.1"])
def test_an_old_joblib_loads_no_arrays_that_it_would_run(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.joblib").write_bytes(b"model")
    joblib = types.ModuleType("joblib")
    monkeypatch.setattr(joblib, "load", lambda path: Path(path).read_bytes(), raising=False)
    monkeypatch.setattr(joblib, "__version__", version, raising=False)
    monkeypatch.setitem(sys.modules, "joblib", joblib)

    def load(*, aligned: bool) -> Any:
        module = types.ModuleType("inference")
        code = sklearn_inference_script(aligned_arrays=aligned)
        exec(compile(code, "inference.py", "exec"), module.__dict__)
        return module.model_fn(str(tmp_path))

    assert load(aligned=False) == b"model"
    with pytest.raises(RuntimeError, match="pickle.dump"):
        load(aligned=True)
    monkeypatch.setattr(joblib, "__version__", "1.10.dev0")
    assert load(aligned=True) == b"model"


def answer(
    script: types.ModuleType, body: bytes | str, content_type: str, accept: str
) -> tuple[str, str]:
    prediction = script.predict_fn(script.input_fn(body, content_type), Doubling())
    content, kind = script.output_fn(prediction, accept)
    return content, kind


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("1,2\n3,4\n", "text/csv"),
        (b"1,2\r\n3,4", "text/csv; charset=utf-8"),
        (b"\xef\xbb\xbf1,2\n\n3,4\n\n", "TEXT/CSV"),
        ('{"instances": [[1, 2], [3, 4]]}', "application/json"),
        (b"[[1, 2], [3, 4]]", "application/json"),
        ('{"instances": [{"features": [1, 2]}, {"features": [3, 4]}]}', "application/json"),
    ],
)
def test_several_rows_are_read_in_every_form(
    script: types.ModuleType, body: bytes | str, content_type: str
) -> None:
    assert answer(script, body, content_type, "text/csv") == ("2.0\n6.0\n", "text/csv")


@pytest.mark.parametrize("body", ["1,2", "1,2\n"])
def test_one_row(script: types.ModuleType, body: str) -> None:
    content, kind = answer(script, body, "text/csv", "application/json")
    assert (json.loads(content), kind) == ({"predictions": [2.0]}, "application/json")
    assert answer(script, "[1, 2]", "application/json", "*/*")[0] == content


def test_words_stay_words_and_gaps_are_missing_values(script: types.ModuleType) -> None:
    table = script.input_fn("1,red\n,blue\n", "text/csv")
    assert table[:, 1].tolist() == ["red", "blue"]
    assert table[0, 0] == 1.0
    assert table[1, 0] != table[1, 0]


def test_what_json_cannot_say_becomes_null(script: types.ModuleType) -> None:
    assert json.loads(answer(script, "nan,1", "text/csv", "")[0]) == {"predictions": [None]}


@pytest.mark.parametrize(
    ("body", "kind", "accept"),
    [
        ("1,2\n3\n", "text/csv", "text/csv"),
        ("", "text/csv", "text/csv"),
        ("[]", "application/json", "text/csv"),
        ('{"rows": [[1]]}', "application/json", "text/csv"),
        ("1,2", "image/png", "text/csv"),
        ("1,2", "text/csv", "image/png"),
    ],
)
def test_bad_requests_are_explained(
    script: types.ModuleType, body: str, kind: str, accept: str
) -> None:
    with pytest.raises(ValueError, match="[a-z]"):
        answer(script, body, kind, accept)
