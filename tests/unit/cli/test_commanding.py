"""Commands from the terminal: which release they are for, and how the answer is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from slipway.adapters.clients import client, forget_clients
from slipway.adapters.ledger import Ledger
from slipway.domain.lease import EndpointRecord
from slipway.domain.settling import promote
from slipway_cli.commanding import Order, await_answer, target_of
from slipway_cli.main import app
from slipway_cli.problems import Problem, WrongUse
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, lease, live, planned
from tests.fakes.table import create_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG_USE = 2
ONE, TWO, THREE = (drop(version, minute=minute) for minute, version in enumerate("123"))
TEMPLATE = {
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {
        "ArtifactBucketName": {"Value": "artifacts"},
        "LedgerTableName": {"Value": "ledger"},
        "EventBusName": {"Value": "slipway"},
    },
}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A stack with its outputs, in memory."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    forget_clients()
    with mock_aws():
        client("cloudformation").create_stack(
            StackName="slipway", TemplateBody=json.dumps(TEMPLATE)
        )
        create_ledger()
        client("events").create_event_bus(Name="slipway")
        yield Ledger("ledger")
    forget_clients()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


def test_a_command_is_for_the_release_that_runs() -> None:
    ledger = FakeLedger()
    ledger.endpoints["churn"] = EndpointRecord("churn", lease=lease(TWO))
    assert target_of(Order("abort", "churn"), ledger) == TWO.release


def test_without_a_release_under_way_there_is_nothing_to_command() -> None:
    with pytest.raises(WrongUse, match="No release of churn runs"):
        target_of(Order("approve", "churn"), FakeLedger())


def test_a_rollback_goes_to_what_stands_by_else_to_the_newest_kept_release() -> None:
    ledger = FakeLedger()
    for minute, each in enumerate((ONE, TWO, THREE)):
        started = f"2026-03-02T1{minute}:00:00+00:00"
        ledger.open_release(planned(each, outcome="succeeded", started=started))
    record = EndpointRecord("churn", live=live(ONE))
    ledger.endpoints["churn"] = promote(record, live(THREE), until="later", config="both")
    assert target_of(Order("rollback", "churn"), ledger) == ONE.release
    ledger.endpoints["churn"] = EndpointRecord("churn", live=live(THREE))
    assert target_of(Order("rollback", "churn"), ledger) == TWO.release


def test_a_rollback_without_anything_kept_is_refused() -> None:
    ledger = FakeLedger()
    ledger.endpoints["churn"] = EndpointRecord("churn", live=live(ONE))
    with pytest.raises(WrongUse, match="keeps no release"):
        target_of(Order("rollback", "churn"), ledger)


def test_the_answer_is_waited_for() -> None:
    ledger = FakeLedger()
    ledger.open_release(planned(ONE))

    def answer(_seconds: float) -> None:
        entry = {"id": "event", "command": "pause", "answer": "Release 1 waits"}
        ledger.record_command("churn", ONE.release, entry)

    found = await_answer(ledger, "churn", ONE.release, "event", pause=answer)
    assert found == "Release 1 waits"


def test_nobody_waits_for_ever() -> None:
    waited: list[float] = []
    with pytest.raises(Problem, match="No answer within 30 s"):
        await_answer(FakeLedger(), "churn", "none", "event", pause=waited.append)
    assert sum(waited) == pytest.approx(30, abs=1)


def test_a_command_becomes_an_event_on_the_bus(account: Ledger) -> None:
    account.write_endpoint(EndpointRecord("churn", lease=lease(TWO)))
    client("logs").create_log_group(logGroupName="/aws/events/heard")
    client("events").put_rule(
        Name="all", EventBusName="slipway", EventPattern='{"source": ["slipway.operator"]}'
    )
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/heard"
    targets = [{"Id": "log", "Arn": arn}]
    client("events").put_targets(Rule="all", EventBusName="slipway", Targets=targets)
    result = run("abort", "churn", "--reason", "wrong answers", "--by", "mira", "--no-wait")
    assert result.exit_code == 0, result.output
    assert TWO.release in result.output
    (event,) = client("logs").filter_log_events(logGroupName="/aws/events/heard")["events"]
    heard = json.loads(event["message"])
    assert heard["detail-type"] == "Release Command"
    assert heard["detail"] == {
        "endpoint": "churn",
        "release": TWO.release,
        "command": "abort",
        "by": "mira",
        "reason": "wrong answers",
    }


@pytest.mark.parametrize("command", ["approve", "pause", "resume", "abort", "rollback"])
def test_a_command_for_an_endpoint_that_nobody_knows_is_wrong_use(
    account: Ledger, command: str
) -> None:
    result = run(command, "nothing")
    assert result.exit_code == WRONG_USE
    assert "nothing" in result.stderr


def with_history(account: Ledger) -> None:
    judged = [
        {"metric": "latency", "verdict": "PASS", "reason": "As fast", "evidence": {}},
        {"metric": "errors", "verdict": "FAIL", "reason": "5 % failed", "evidence": {}},
    ]
    evidence = {"steps": [{"weight": 5, "started": "then", "judgements": judged}]}
    entry = {"command": "pause", "by": "mira", "reason": "lunch", "answer": "It waits"}
    facts: dict[str, Any] = {"evidence": evidence, "outcome": "rolled-back", "commands": (entry,)}
    account.open_release(planned(TWO, reason="5 % failed", **facts))


def test_the_history_shows_verdicts_and_commands(account: Ledger) -> None:
    with_history(account)
    shown = run("history", "churn").output
    assert TWO.release in shown
    assert "5 %" in shown
    assert "FAIL" in shown
    assert "pause by mira (lunch): It waits" in shown


def test_the_history_is_there_for_programs(account: Ledger) -> None:
    with_history(account)
    (release,) = json.loads(run("history", "churn", "--json").output)
    assert (release["release"], release["outcome"]) == (TWO.release, "rolled-back")
    (step,) = release["steps"]
    assert (step["weight"], step["verdict"], step["reason"]) == (5, "FAIL", "5 % failed")
    assert release["commands"][0]["by"] == "mira"


def test_an_endpoint_without_a_history_is_wrong_use(account: Ledger) -> None:
    result = run("history", "nothing")
    assert result.exit_code == WRONG_USE
    assert "nothing" in result.stderr
