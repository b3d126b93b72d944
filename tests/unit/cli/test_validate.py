import io
import json
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slipway_cli.main import app

REFUSED = 1
BOOSTER = json.dumps({"learner": {"objective": {"name": "reg:squarederror"}}, "version": [3, 0, 5]})


@pytest.fixture
def archive(tmp_path: Path):
    def pack(**files: str) -> Path:
        path = tmp_path / "model.tar.gz"
        with tarfile.open(path, "w:gz") as tar:
            for name, text in files.items():
                member = tarfile.TarInfo(name.replace("__", "."))
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text.encode()))
        return path

    return pack


@pytest.fixture
def spec(tmp_path: Path):
    def write(text: str) -> str:
        path = tmp_path / "endpoint.yaml"
        path.write_text(text)
        return f"--spec={path}"

    return write


def validate(*arguments: object):
    return CliRunner().invoke(app, ["validate", *map(str, arguments)], env={"COLUMNS": "200"})


def test_says_what_a_model_is_and_what_would_serve_it(archive):
    result = validate(archive(xgboost_model__json=BOOSTER))
    assert result.exit_code == 0, result.output
    assert "an XGBoost model" in result.output
    assert "xgboost 3.0.5" in result.output
    assert "sagemaker-xgboost:3.0-5" in result.output
    assert "2 x ml.m5.large" in result.output


def test_names_the_line_that_would_allow_code(archive):
    result = validate(archive(xgboost_model__json=BOOSTER, inference__py="print()"))
    assert result.exit_code == REFUSED
    assert "inference.py" in result.output
    assert "artifact.allow_code: true" in result.output


def test_shows_each_mistake_of_the_settings_with_its_line(archive, spec):
    wrong = spec("hosting:\n  instance_typ: ml.m5.large\n")
    result = validate(archive(xgboost_model__json=BOOSTER), wrong)
    assert result.exit_code == REFUSED
    assert "line 2" in result.output
    assert "instance_type" in result.output


def test_refuses_what_the_plan_would_refuse(archive, spec):
    result = validate(archive(xgboost_model__json=BOOSTER), spec("budget: {monthly_usd: 1}"))
    assert result.exit_code == REFUSED
    assert "budget.monthly_usd" in result.output


def test_names_the_line_of_a_broken_golden_request(archive, tmp_path):
    smoke = tmp_path / "golden.jsonl"
    smoke.write_text('{"content_type": "text/csv", "body": "1"}\n')
    result = validate(archive(xgboost_model__json=BOOSTER), f"--smoke={smoke}")
    assert result.exit_code == 0, result.output
    assert "1 golden request" in result.output
    smoke.write_text('\n{"content_type": "text/csv", "body": "1", "expects": "2"}\n')
    result = validate(archive(xgboost_model__json=BOOSTER), f"--smoke={smoke}")
    assert result.exit_code == REFUSED
    assert "Line 2 of smoke.jsonl has unknown keys: expects" in result.output


def test_needs_no_account(archive, monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    assert validate(archive(xgboost_model__json=BOOSTER)).exit_code == 0
