"""`slipway sleep` and `wake`, and how `status` shows what sleeps."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws
from rich.console import Console
from typer.testing import CliRunner

from slipway.adapters.clients import client, forget_clients
from slipway.adapters.ledger import Ledger
from slipway.domain.capacity.rest import Asleep
from slipway.domain.lease import EndpointRecord
from slipway_cli.main import app
from slipway_cli.showing import status_tables
from tests.fakes.make import drop, live
from tests.fakes.table import create_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG_USE = 2
ROLE = "arn:aws:iam::123456789012:role/rest"
ASLEEP = Asleep("2026-03-02T19:00:00+00:00", "2026-03-03T05:00:00+00:00", "config", phase="asleep")
AWAKE = EndpointRecord("churn", live=live(drop("1")))


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A stack with a workflow that does nothing."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    forget_clients()
    with mock_aws():
        machine = client("stepfunctions").create_state_machine(
            name="rest",
            definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
            roleArn=ROLE,
        )["stateMachineArn"]
        outputs = {
            "ArtifactBucketName": "artifacts",
            "LedgerTableName": "ledger",
            "EventBusName": "slipway",
            "RestStateMachineArn": machine,
        }
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        client("cloudformation").create_stack(
            StackName="slipway", TemplateBody=json.dumps(template)
        )
        create_ledger()
        yield Ledger("ledger")
    forget_clients()


def started() -> list[dict[str, str]]:
    sfn = client("stepfunctions")
    (machine,) = sfn.list_state_machines()["stateMachines"]
    found = sfn.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    inputs = (sfn.describe_execution(executionArn=each["executionArn"])["input"] for each in found)
    return [json.loads(each) for each in inputs]


def test_sleep_starts_the_workflow_with_a_moment_in_utc(ledger: Ledger) -> None:
    ledger.write_endpoint(AWAKE)
    result = CliRunner().invoke(app, ["sleep", "churn", "--until", "2999-03-03T06:00+01:00"])
    assert result.exit_code == 0, result.output
    until = "2999-03-03T05:00:00+00:00"
    assert started() == [{"endpoint": "churn", "action": "sleep", "until": until}]
    assert "slipway status churn" in result.output


def test_wake_starts_the_workflow(ledger: Ledger) -> None:
    ledger.write_endpoint(replace(AWAKE, asleep=ASLEEP))
    result = CliRunner().invoke(app, ["wake", "churn"])
    assert result.exit_code == 0, result.output
    assert started() == [{"endpoint": "churn", "action": "wake"}]


@pytest.mark.parametrize(
    ("record", "command", "said"),
    [
        (AWAKE, ["wake", "churn"], "does not sleep"),
        (AWAKE, ["sleep", "churn", "--until", "2026-03-03T06:00Z"], "give a later --until"),
        (replace(AWAKE, asleep=ASLEEP), ["sleep", "churn"], "is asleep"),
        (EndpointRecord("churn"), ["sleep", "churn"], "Nothing is live"),
        (AWAKE, ["sleep", "churn", "--until", "tomorrow"], "no moment"),
    ],
)
def test_what_cannot_be_is_told(
    ledger: Ledger, record: EndpointRecord, command: list[str], said: str
) -> None:
    ledger.write_endpoint(record)
    result = CliRunner().invoke(app, command)
    assert result.exit_code == WRONG_USE
    assert said in result.stderr
    assert started() == []


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        (
            {"state": "asleep", "asleep": {"since": "", "until": ASLEEP.until}},
            "2026-03-03 05:00:00",
        ),
        ({"state": "asleep", "asleep": {"since": "", "until": ""}}, "until somebody wakes it"),
        ({"state": "serving", "kept_awake": "burst holds 6 instances"}, "kept awake: burst holds"),
    ],
)
def test_status_shows_until_when_an_endpoint_sleeps(
    facts: dict[str, object], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = {"endpoint": "churn", "live": None, "releases": [], **facts}
    console = Console(width=200)
    for each in status_tables([endpoint]):
        console.print(each)
    assert shown in capsys.readouterr().out
