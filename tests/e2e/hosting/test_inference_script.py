"""The script that serves bare models, with the packages of the containers that it runs in."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from slipway.domain.artifact import sklearn_inference_script
from tests.e2e.pythons import python_of

if TYPE_CHECKING:
    from pathlib import Path

# Trains on columns by name, then asks the script in every form that it reads.
PROGRAM = """
import importlib.util, json, sys
import joblib, numpy, pandas
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

frame = pandas.DataFrame(
    {"age": [1, 2, 3, 4], "colour": ["red", "blue", "red", "green"], "size": [0.5, 1, 2, 3]}
)
columns = ColumnTransformer(
    [("numbers", StandardScaler(), ["size", "age"]), ("words", OneHotEncoder(), ["colour"])]
)
model = make_pipeline(columns, LinearRegression()).fit(frame, [1, 2, 4, 5])
joblib.dump(model, sys.argv[1] + "/model.joblib")
where = importlib.util.spec_from_file_location("inference", sys.argv[1] + "/inference.py")
script = importlib.util.module_from_spec(where)
where.loader.exec_module(script)
served = script.model_fn(sys.argv[1])
requests = {
    "text/csv": frame.to_csv(index=False, header=False),
    "application/json": json.dumps({"instances": frame.values.tolist()}),
}
wanted = model.predict(frame)
rows = [script.input_fn(body, kind) for kind, body in requests.items()]
print(json.dumps([bool(numpy.allclose(script.predict_fn(each, served), wanted)) for each in rows]))
"""


@pytest.mark.parametrize("version", ["1.2-1", "1.4-2"])
def test_a_model_that_chooses_its_columns_by_name_is_served(tmp_path: Path, version: str) -> None:
    python = python_of("sklearn", version)
    (tmp_path / "inference.py").write_bytes(sklearn_inference_script())
    command = [str(python), "-W", "error::UserWarning", "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == [True, True]
