from pathlib import Path

import pytest
from typer.testing import CliRunner

from slipway.adapters.clients import forget_clients
from slipway_cli.main import app

WRONG_USE = 2


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.tar.gz"
    path.write_bytes(b"bytes")
    return path


@pytest.fixture(autouse=True)
def nobody(tmp_path, monkeypatch):
    """No account and no settings."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    forget_clients()
    yield
    forget_clients()


def run(*arguments: object):
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.mark.parametrize(
    ("endpoint", "version", "said"),
    [("-churn", "1", "endpoint name"), ("churn", "1/2", "version name"), ("c" * 64, "1", "63")],
)
def test_wrong_names_are_refused_before_anything_is_asked(model, endpoint, version, said):
    result = run("deploy", model, f"--endpoint={endpoint}", f"--version={version}")
    assert result.exit_code == WRONG_USE
    assert said in result.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    result = run("deploy", tmp_path / "none.tar.gz", "--endpoint", "churn", "--version", "1")
    assert result.exit_code == WRONG_USE
    # A long path is broken over the lines of a frame.
    assert "none.tar.gz" in "".join(result.stderr.replace("│", "").split())


def test_options_that_are_missing_are_named(model):
    result = run("deploy", model)
    assert result.exit_code == WRONG_USE
    assert "--endpoint" in result.stderr


@pytest.mark.parametrize(
    "command", [("status",), ("deploy", "MODEL", "--endpoint=c", "--version=1")]
)
def test_without_credentials_it_says_where_they_come_from(model, command):
    result = run(*(model if each == "MODEL" else each for each in command))
    assert result.exit_code == WRONG_USE
    assert "AWS_PROFILE" in result.stderr
    assert "Traceback" not in result.output


def test_a_profile_that_does_not_exist_is_named(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    result = run("status")
    assert result.exit_code == WRONG_USE
    assert "nobodys" in result.stderr


def test_without_a_region_it_says_so(monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    result = run("status")
    assert result.exit_code == WRONG_USE
    assert "AWS_DEFAULT_REGION" in result.stderr
