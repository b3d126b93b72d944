"""What goes wrong in Slipway itself is seen, told, listed and driven on."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from sandbox.gateway import Fault
from sandbox.hosting import PRETENDING
from slipway.usecases.read_audit import read_audit
from slipway_cli.redriving import Wish, redrive
from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

DENIED = {"error": "AccessDeniedException", "message": "Not today."}
SPEAKING = ("redriving", "dead_letters", "failed_executions", "stack")
MINUTES = 700.0
# Until the last of those that follow by themselves has ended as well.
DAYS = 7


@pytest.fixture
def operator(stage: Stage) -> Iterator[Operator]:
    patch = pytest.MonkeyPatch()
    for module in SPEAKING:
        patch.setattr(f"slipway_cli.{module}.client", stage.sandbox.client)
    patch.setattr("slipway.adapters.step_functions.client", stage.sandbox.client)
    stage.sandbox.account.hosting.use(PRETENDING)
    yield Operator(stage)
    patch.undo()


class Operator:
    """A person at `slipway redrive`."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def waiting(self) -> list[dict[str, Any]]:
        # Whoever looked before gave the letters back a moment ago.
        self.stage.sandbox.advance(1)
        out = io.StringIO()
        redrive(Wish(), stack="slipway", as_json=True, console=Console(file=out))
        found: list[dict[str, Any]] = json.loads(out.getvalue())
        return found

    def redrive(self, *ids: str, forget: bool = False) -> bool:
        self.stage.sandbox.advance(1)
        wish = Wish(ids, forget=forget, reason="the table is back", by="mira")
        return redrive(wish, stack="slipway", as_json=False, console=Console(file=io.StringIO()))


def ringing(stage: Stage) -> set[str]:
    found = stage.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
    names = {alarm["AlarmName"] for alarm in found}
    return {name for name in names if name.startswith(("workflows/", "dead-letters/"))}


def test_an_uncaught_failure_rings_is_told_and_goes_on_when_it_is_redriven(
    stage: Stage, endpoint: Endpoint, operator: Operator
) -> None:
    endpoint.spec(scripted_spec())
    endpoint.inject(Fault("dynamodb", "PutItem", role="slipway-ClaimRelease", **DENIED))
    endpoint.drop("1", scripted("one"))
    stage.finish()
    stage.sandbox.advance(MINUTES)
    assert stage.status(endpoint.name) == []
    assert "workflows/slipway/release" in ringing(stage)
    (told,) = [
        each for each in stage.told(endpoint.name) if each["detail-type"] == "Workflow Failed"
    ]
    assert told["detail"]["state"] == "Claim Release"
    assert "Not today" in told["detail"]["reason"]

    (waiting,) = operator.waiting()
    assert (waiting["kind"], waiting["endpoint"]) == ("execution", endpoint.name)
    assert operator.redrive(waiting["id"])
    stage.finish()
    assert endpoint.live() == "1"
    assert operator.waiting() == []
    stage.sandbox.advance(60)
    audited = read_audit(stage.ledger, stage.artifacts, endpoint.name)
    (redriven,) = [row for row in audited if row.event == "Redrive"]
    assert (redriven.by, redriven.by_claimed) == ("mira", True)
    assert (redriven.details["command"], len(redriven.details["event"])) == ("redrive", 36)
    assert redriven.details["account"] == stage.sandbox.account.account_id
    assert "the table is back" in redriven.reason

    # One that said itself why it ended is nobody's to redrive.
    endpoint.drop("2", b"no archive")
    stage.finish()
    assert endpoint.outcomes()[-1] == ("2", "failed")
    assert operator.waiting() == []


def test_a_drop_that_could_not_begin_is_told_and_begins_when_it_is_redriven(
    stage: Stage, endpoint: Endpoint, operator: Operator
) -> None:
    endpoint.spec(scripted_spec())
    endpoint.drop("1", scripted("one"))
    stage.sandbox.advance(30)
    endpoint.drop("2", scripted("two"))
    stage.sandbox.advance(10)
    claim = Fault("dynamodb", "PutItem", role="slipway-ClaimRelease", times=10_000, **DENIED)
    endpoint.inject(claim)
    for _ in range(DAYS):
        stage.sandbox.advance(86400.0)
        # The queue that people read keeps nothing for longer than four days.
        kinds = [each["detail-type"] for each in stage.told(endpoint.name)]
    assert kinds.count("Release Stuck") == 1
    (waiting,) = operator.waiting()
    assert (waiting["kind"], waiting["endpoint"]) == ("execution", endpoint.name)

    stage.sandbox.account.gateway.faults.clear()
    assert operator.redrive(waiting["id"])
    stage.finish()
    assert endpoint.outcomes() == [("1", "succeeded"), ("2", "succeeded")]
    assert operator.waiting() == []


def test_a_drop_that_could_not_be_delivered_rings_and_is_released_when_it_is_redriven(
    stage: Stage, endpoint: Endpoint, operator: Operator
) -> None:
    endpoint.spec(scripted_spec())
    endpoint.inject(Fault("stepfunctions", "StartExecution", role="slipway-StartRelease", **DENIED))
    endpoint.drop("1", scripted("one"))
    stage.sandbox.advance(MINUTES)
    assert "dead-letters/slipway/events" in ringing(stage)
    (letter,) = operator.waiting()
    assert (letter["kind"], letter["what"]) == ("dead letter", "Object Created")
    assert "Not today" in letter["why"]

    assert operator.redrive(letter["id"])
    stage.finish()
    assert endpoint.live() == "1"
    assert operator.waiting() == []
    stage.sandbox.advance(MINUTES)
    assert "dead-letters/slipway/events" not in ringing(stage)


def test_an_event_that_a_function_failed_on_is_handed_to_it_again(
    stage: Stage, endpoint: Endpoint, operator: Operator
) -> None:
    endpoint.spec(scripted_spec())
    fault = Fault("dynamodb", "PutItem", role="slipway-KeepJournal", times=3, **DENIED)
    endpoint.inject(fault)
    endpoint.drop("1", b"no archive")
    stage.finish()
    stage.sandbox.advance(MINUTES)
    assert "dead-letters/slipway/functions" in ringing(stage)
    (letter,) = operator.waiting()
    assert letter["what"].startswith("Release")
    before = len(stage.ledger.list_entries(endpoint.name))
    assert operator.redrive(letter["id"])
    stage.sandbox.advance(60)
    after = stage.ledger.list_entries(endpoint.name)
    assert len(after) == before + 1

    # What a person rather forgets is gone, and kept in mind.
    body = json.dumps({"endpoint": endpoint.name})
    queue = stage.client("sqs").list_queues()["QueueUrls"]
    url = next(each for each in queue if "FunctionDeadLetters" in each)
    stage.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    (letter,) = operator.waiting()
    assert not operator.redrive(letter["id"])
    assert operator.redrive(letter["id"], forget=True)
    assert operator.waiting() == []
