"""`slipway drift` on real files: a public data set with Model Monitor's baseline, real captures."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slipway_cli.main import app

DATA = Path(__file__).parents[4] / "shared" / "data"
CARDIO, CAPTURES = DATA / "model-monitor" / "cardio-2025", DATA / "captures"
LABEL = "cardio"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="The real files are not on this machine.")


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("baseline")
    assert run("baseline", CARDIO / "cardio_cleaned.csv", "--out", out, "--label", LABEL) == 0
    return out


def run(*arguments: object) -> int:
    result = CliRunner().invoke(app, ["drift", *map(str, arguments)])
    assert not isinstance(result.exception, Exception), result.exception
    return result.exit_code


def captured(path: Path, *, count: int = 1500, pressure: int = 0) -> Path:
    """Captures of the data set's own rows, with a blood pressure that was measured otherwise."""
    chance = random.Random(4)
    with (CARDIO / "cardio_cleaned.csv").open(newline="") as file:
        rows = chance.choices(list(csv.DictReader(file)), k=count)
    path.write_text("\n".join(_record(row, pressure) for row in rows))
    return path


def _record(row: dict[str, str], pressure: int) -> str:
    moved = row | {"systolic_bp": str(int(row["systolic_bp"]) + pressure)}
    data = ",".join(value for name, value in moved.items() if name != LABEL)
    side = {"observedContentType": "text/csv", "encoding": "CSV"}
    request, answer = side | {"mode": "INPUT", "data": data}, side | {"mode": "OUTPUT", "data": "1"}
    meta = {"eventId": "e", "inferenceTime": "2026-03-02T13:00:00Z"}
    captured = {"endpointInput": request, "endpointOutput": answer}
    return json.dumps({"captureData": captured, "eventMetadata": meta, "eventVersion": "0"})


@pytest.mark.parametrize(
    ("how", "code"), [({}, 0), ({"pressure": 18}, 1), ({"count": 30}, 2)], ids=str
)
def test_real_rows_are_told_apart(
    baseline: Path, tmp_path: Path, how: dict[str, int], code: int
) -> None:
    captures = captured(tmp_path / "a.jsonl", **how)
    # What is answered is no sample of the label here.
    spec = tmp_path / "endpoint.yaml"
    spec.write_text(f"drift: {{label: {LABEL}, features: {{exclude: [{LABEL}]}}}}\n")
    options = ("--baseline", baseline, "--out", tmp_path / "out", "--spec", spec)
    assert run("check", captures, *options) == code


def test_model_monitors_real_baseline_is_taken(tmp_path: Path) -> None:
    captures = captured(tmp_path / "a.jsonl")
    options = ("--baseline", CARDIO, "--label", LABEL, "--out", tmp_path / "out")
    # Its job derived columns that the data set lacks.
    assert run("check", captures, *options) == 1
    found = json.loads((tmp_path / "out" / "constraint_violations.json").read_text())["violations"]
    assert "missing_column_check" in {each["constraint_check_type"] for each in found}


def test_all_real_captures_are_read(baseline: Path, tmp_path: Path) -> None:
    assert run("check", CAPTURES, "--baseline", baseline, "--out", tmp_path / "out") == 2
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<dt>Records</dt><dd>48</dd>" in page
    assert "malformed" not in page
    assert "undecodable" not in page
