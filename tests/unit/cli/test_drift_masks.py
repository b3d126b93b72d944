"""`slipway drift` where values of a column are nobody's business."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from slipway_cli.main import app
from tests.unit.drift_masks.made import MASK, captured, holding
from tests.unit.drift_masks.test_masked_baselines import csv_of

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

SECRETS = [(f"zq-secret-{n}", 1234567890.5 + n) for n in range(300)]
FLAT = [each for pair in SECRETS for each in pair]
BOTH = [f"--mask={name}" for name in MASK]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["drift", *map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture
def training(tmp_path: Path) -> Path:
    path = tmp_path / "train.csv"
    path.write_bytes(csv_of(SECRETS))
    return path


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    rows = [
        {"a": n, "email": word, "card": card, "b": "xy"[n % 2]}
        for n, (word, card) in enumerate(SECRETS)
    ]
    path = tmp_path / "captures" / "one.jsonl"
    path.parent.mkdir()
    asked = [captured("objects", rows[n : n + 10]) for n in range(0, len(rows), 10)]
    path.write_bytes(b"".join(asked) + b'{"broken": "zq-secret-1"\n')
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_neither_baseline_nor_run_hold_a_value(
    training: Path, captures: Path, tmp_path: Path
) -> None:
    made = run("baseline", training, "--out", tmp_path / "base", *BOTH)
    assert made.exit_code == 0, made.output
    assert holding(files(tmp_path / "base"), FLAT) == []
    # The baseline says what is masked; nobody has to say it again.
    checked = run("check", captures, "--baseline", tmp_path / "base", "--out", tmp_path / "run")
    assert checked.exit_code == 0, checked.output
    assert holding(files(tmp_path / "run") | {"told": checked.output.encode()}, FLAT) == []
    told = json.loads((tmp_path / "run" / "statistics.json").read_bytes())
    (email,) = [each for each in told["features"] if each["name"] == "email"]
    assert email["string_statistics"]["common"] == {"num_present": 300, "num_missing": 0}


@pytest.mark.parametrize("by", ["option", "spec"])
def test_a_run_masks_what_its_baseline_does_not(
    training: Path, captures: Path, tmp_path: Path, by: str
) -> None:
    assert run("baseline", training, "--out", tmp_path / "base").exit_code == 0
    spec = tmp_path / "endpoint.yaml"
    spec.write_text(f"drift: {{mask: [{', '.join(MASK)}], examples: true}}\n")
    more = BOTH if by == "option" else [f"--spec={spec}"]
    place = ("--baseline", tmp_path / "base", "--out", tmp_path / "run")
    checked = run("check", captures, *place, *more)
    assert checked.exit_code == 0, checked.output
    assert holding(files(tmp_path / "run"), FLAT) == []
    opened = run("check", captures, *place)
    assert opened.exit_code == 0
    assert holding(files(tmp_path / "run"), FLAT) == ["statistics.json"]


def test_a_slip_in_a_name_is_wrong_use(training: Path, captures: Path, tmp_path: Path) -> None:
    made = run("baseline", training, "--out", tmp_path / "base", "--mask=emial")
    assert made.exit_code == 2
    assert "Is `email` meant?" in made.output
    assert run("baseline", training, "--out", tmp_path / "base").exit_code == 0
    place = ("--baseline", tmp_path / "base", "--out", tmp_path / "run")
    checked = run("check", captures, *place, "--mask=emial")
    assert checked.exit_code == 2
    assert "Is `email` meant?" in checked.output
    assert not (tmp_path / "run").exists()
