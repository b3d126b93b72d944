"""`slipway audit`, on an account in memory."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from slipway.adapters.clients import client, forget_clients
from slipway.adapters.ledger import Ledger
from slipway.domain.journal import JournalEntry
from slipway.domain.lease import EndpointRecord
from slipway_cli.main import app
from tests.fakes.make import drop, planned
from tests.fakes.table import create_ledger
from tests.unit.cli.test_commanding import TEMPLATE, WRONG_USE

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMULA = '=HYPERLINK("https://example.com", "see here")'
COMMAND = {
    "id": "e-1",
    "account": "123456789012",
    "command": "pause",
    "by": "mira",
    "reason": FORMULA,
    "at": "2026-03-02T09:20:00+00:00",
    "answer": "It waits",
}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    forget_clients()
    with mock_aws():
        body = json.dumps(TEMPLATE)
        client("cloudformation").create_stack(StackName="slipway", TemplateBody=body)
        create_ledger()
        ledger = Ledger("ledger")
        ledger.write_endpoint(EndpointRecord("churn"))
        ledger.open_release(planned(drop("2", by="ada"), commands=(COMMAND,)))
        burst = ("1", "2026-03-04T09:00:00+00:00", "Burst Started", "basket", "", "slipway")
        ledger.keep(JournalEntry(*burst, "demand", facts={"floor": 5}))
        yield ledger
    forget_clients()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["audit", *arguments])


def test_it_says_who_did_what_and_why(account: Ledger) -> None:
    began, paused = run("churn").output.splitlines()
    assert (
        "Release Began  by ada (claimed): s3://artifacts/models/churn/2/model.tar.gz arrived"
        in began
    )
    assert "Command: pause It waits  by mira (claimed): " in paused


def test_what_slipway_says_itself_nobody_claims(account: Ledger) -> None:
    assert " by slipway: demand" in run("basket").output


def test_for_programs_it_is_json(account: Ledger) -> None:
    rows = json.loads(run("--json").output)
    assert [row["endpoint"] for row in rows] == ["churn", "churn", "basket"]
    assert rows[-1]["details"] == {"floor": 5}
    assert [row["by_claimed"] for row in rows] == [True, True, False]
    assert rows[1]["details"] == {"event": "e-1", "account": "123456789012"}


def test_for_spreadsheets_it_is_csv_without_formulas(account: Ledger) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--csv").output)))
    assert rows[1]["reason"] == f"'{FORMULA}"
    assert rows[0]["version"] == "2"
    assert [row["by_claimed"] for row in rows] == ["yes", "yes", "no"]
    assert json.loads(rows[2]["details"]) == {"floor": 5}


def test_since_is_a_moment(account: Ledger) -> None:
    rows = json.loads(run("--json", "--since", "2026-03-03").output)
    assert [row["event"] for row in rows] == ["Burst Started"]
    assert run("churn", "--since", "2026-03-03").output == ""
    wrong = run("--since", "yesterday")
    assert wrong.exit_code == WRONG_USE
    assert "yesterday" in wrong.stderr


def test_an_endpoint_of_which_nothing_is_known_is_wrong_use(account: Ledger) -> None:
    result = run("nothing")
    assert result.exit_code == WRONG_USE
    assert "nothing" in result.stderr
