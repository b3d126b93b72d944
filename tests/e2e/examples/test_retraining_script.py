"""The training script of examples/retraining, with the packages of AWS's container."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slipway_cli.main import app
from tests.e2e.pythons import python_of

SCRIPT = Path(__file__).parents[3] / "examples" / "retraining" / "train.py"


@pytest.fixture
def python() -> Path:
    return python_of("xgboost", "3.0-5")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = [f"{i % 7},{i % 2},{'' if i % 5 == 0 else i % 11}" for i in range(200)]
    (tmp_path / "train.csv").write_text("\n".join(["age,churned,calls", *lines]) + "\n")
    return tmp_path


def train(python: Path, folder: Path, rounds: int) -> str:
    command = [
        *(python, SCRIPT, "--label", "churned", "--rounds", str(rounds)),
        *("--train", folder, "--model", folder / "model"),
        *("--checkpoints", folder / "checkpoints"),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_an_interrupted_training_goes_on_where_it_was(python: Path, data: Path) -> None:
    assert train(python, data, 20) == "200 rows, 2 columns, 0 rounds done before\n"
    assert train(python, data, 35) == "200 rows, 2 columns, 20 rounds done before\n"
    names = sorted(path.name for path in (data / "checkpoints").iterdir())
    assert names == ["000010.ubj", "000020.ubj", "000030.ubj", "000035.ubj"]


def test_slipway_takes_what_it_trains(python: Path, data: Path) -> None:
    train(python, data, 10)
    archive = data / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(data / "model" / "xgboost-model.ubj", "xgboost-model.ubj")
    result = CliRunner().invoke(app, ["validate", str(archive)], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert "an XGBoost model" in result.output
