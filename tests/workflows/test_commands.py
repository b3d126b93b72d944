"""People who wait, pause, resume, abort and go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.usecases.read_audit import read_audit
from tests.stage.archives import scripted
from tests.stage.promoting import Promoting

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage


def test_a_release_waits_for_approval_and_is_rolled_back_by_weights_when_a_person_says_so(
    stage: Stage, endpoint: Endpoint
) -> None:
    promoting = Promoting(stage, endpoint, "approve: true")
    endpoint.drop("2", scripted("2"))
    waiting = promoting.until(lambda: endpoint.records()[-1].gate is not None)
    stage.sandbox.advance(3600)
    assert promoting.shares()["2"] == 0.0
    promoting.command("approve", waiting.release, "golden requests look good")
    stage.finish()
    record = endpoint.records()[-1]
    assert record.outcome == "succeeded", record.reason
    (entry,) = record.commands
    assert (entry["by"], entry["reason"]) == ("mira", "golden requests look good")

    first = endpoint.records()[0].release
    promoting.command("rollback", first)
    stage.sandbox.run_until(lambda: promoting.shares() == {"1": 100.0, "2": 0.0}, limit=90)
    promoting.pass_time(120)
    assert promoting.shares() == {"1": 100.0}
    assert endpoint.outcomes()[-1] == ("2", "rolled-back")

    promoting.command("approve", first)
    assert promoting.kinds()[-1] == "Release Command Refused"
    stage.sandbox.advance(60)
    audited = [
        (row.event, row.by, row.by_claimed)
        for row in read_audit(stage.ledger, stage.artifacts, endpoint.name)
    ]
    assert audited[0] == ("Release Began", f"account {stage.sandbox.account.account_id}", False)
    assert ("Command: approve", "mira", True) in audited
    assert ("Command: rollback", "mira", True) in audited
    assert ("Release Command Refused", "slipway", False) in audited
    assert ("Release Ended", "slipway", False) in audited


def test_a_release_is_paused_resumed_and_aborted(stage: Stage, endpoint: Endpoint) -> None:
    promoting = Promoting(stage, endpoint)
    endpoint.drop("2", scripted("2"))
    running = promoting.until(lambda: len(endpoint.records()) > 1)
    promoting.command("pause", running.release)
    promoting.until(lambda: endpoint.records()[-1].gate is not None)
    promoting.command("resume", running.release)
    # The weights move, and nobody bakes yet.
    promoting.until(lambda: bool(endpoint.records()[-1].evidence.get("steps")))
    promoting.command("abort", running.release, "support hears complaints")
    stage.finish()
    record = endpoint.records()[-1]
    assert record.outcome == "rolled-back"
    assert "aborted by mira: support hears complaints" in record.reason
    assert [entry["command"] for entry in record.commands] == ["pause", "resume", "abort"]
    assert (endpoint.live(), list(promoting.shares())) == ("1", ["1"])
    assert promoting.failed() == 0
