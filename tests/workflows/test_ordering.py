"""One release of an endpoint at a time, each drop once, the newest model wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

# The rule that starts releases, and the ear that hears everything.
RULES = 2


def kinds(stage: Stage, endpoint: Endpoint) -> list[str]:
    """Return how releases began and ended, in order."""
    said = [event["detail-type"].removeprefix("Release ") for event in stage.said(endpoint.name)]
    return [kind for kind in said if kind != "Step Reached"]


def arrival(stage: Stage, endpoint: Endpoint, version: str) -> dict[str, Any]:
    """Return S3's event of a drop."""
    return next(
        event
        for event in reversed(stage.arrivals.heard())
        if event["detail"]["object"]["key"] == endpoint.key(version)
    )


def test_an_event_delivered_twice_at_once_makes_one_release(
    stage: Stage, endpoint: Endpoint
) -> None:
    endpoint.spec(scripted_spec())
    before = len(stage.executions())
    stage.sandbox.account.bus.duplicate_next(RULES)
    endpoint.release("1", scripted())
    first, second = stage.executions()[before:]
    assert {stage.states(each["executionArn"])[-1] for each in (first, second)} == {
        "Release Succeeded",
        "Already Claimed",
    }
    assert endpoint.outcomes() == [("1", "succeeded")]
    assert kinds(stage, endpoint) == ["Started", "Succeeded"]


def test_an_event_delivered_again_later_changes_nothing(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    endpoint.release("1", scripted())
    made, status = endpoint.made(), stage.status(endpoint.name)
    stage.sandbox.advance(4000)
    stage.sandbox.account.bus.put(arrival(stage, endpoint, "1"), "default")
    stage.finish()
    assert stage.states(stage.executions()[-1]["executionArn"])[-1] == "Already Claimed"
    assert (endpoint.made(), stage.status(endpoint.name)) == (made, status)
    assert kinds(stage, endpoint) == ["Started", "Succeeded"]


def test_an_event_delivered_while_its_release_runs_changes_nothing(
    stage: Stage, endpoint: Endpoint
) -> None:
    endpoint.spec(scripted_spec())
    endpoint.drop("1", scripted())
    stage.sandbox.advance(60)
    stage.sandbox.account.bus.put(arrival(stage, endpoint, "1"), "default")
    stage.finish()
    assert endpoint.outcomes() == [("1", "succeeded")]


def test_of_two_events_of_a_key_in_the_wrong_order_the_newer_object_wins(
    stage: Stage, endpoint: Endpoint
) -> None:
    endpoint.spec(scripted_spec())
    for _ in range(RULES):
        stage.sandbox.account.bus.delay_next(90)
    endpoint.drop("1", scripted("old"))
    endpoint.drop("1", scripted("new"))
    stage.finish()
    outcomes = {record.drop.sequencer: record.outcome for record in endpoint.records()}
    assert [outcomes[sequencer] for sequencer in sorted(outcomes)] == ["superseded", "succeeded"]
    assert endpoint.ask("you") == "new to you"
    assert kinds(stage, endpoint) == ["Started", "Superseded", "Succeeded"]


def test_a_drop_older_than_what_serves_is_superseded(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    for _ in range(RULES):
        stage.sandbox.account.bus.delay_next(3600)
    endpoint.drop("1", scripted("old"))
    stage.sandbox.advance(5)
    endpoint.release("2", scripted("new"))
    stage.sandbox.advance(3600)
    stage.finish()
    assert sorted(endpoint.outcomes()) == [("1", "superseded"), ("2", "succeeded")]
    assert endpoint.ask("you") == "new to you"
    assert endpoint.has_input("1")


def test_a_drop_while_a_release_runs_waits_its_turn(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    endpoint.drop("1", scripted("one"))
    stage.sandbox.advance(30)
    endpoint.drop("2", scripted("two"))
    stage.sandbox.advance(30)
    assert endpoint.outcomes() == [("1", "running"), ("2", "parked")]
    assert stage.status(endpoint.name)[0]["state"] == "releasing"
    stage.finish()
    assert endpoint.outcomes() == [("1", "succeeded"), ("2", "succeeded")]
    assert kinds(stage, endpoint) == ["Started", "Succeeded"] * 2
    assert endpoint.ask("you") == "two to you"
    first, second = endpoint.records()
    assert first.ended < second.ended
    # Parked, then started by the release that ended: two executions, the second one named.
    assert second.attempt == 2
    assert second.execution.rpartition(":")[2] == f"{second.drop.digest}-2"


def test_of_three_drops_the_middle_one_is_superseded(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    for version in ("1", "2", "3"):
        endpoint.drop(version, scripted(f"number {version}"))
        stage.sandbox.advance(20)
    stage.finish()
    assert endpoint.outcomes() == [("1", "succeeded"), ("2", "superseded"), ("3", "succeeded")]
    assert endpoint.ask("you") == "number 3 to you"
    superseded = endpoint.records()[1]
    assert "a newer drop" in superseded.reason
    assert superseded.ended
    assert kinds(stage, endpoint).count("Superseded") == 1
    assert endpoint.has_input("2")


def test_drops_for_two_endpoints_do_not_wait_for_each_other(
    stage: Stage, new_endpoint: Callable[[], Endpoint]
) -> None:
    first, second = new_endpoint(), new_endpoint()
    for each in (first, second):
        each.spec(scripted_spec())
        each.drop("1", scripted(each.name))
    stage.sandbox.advance(60)
    assert [each.outcomes() for each in (first, second)] == [[("1", "running")]] * 2
    stage.finish()
    assert [each.ask("you") for each in (first, second)] == [
        f"{each.name} to you" for each in (first, second)
    ]


def test_the_same_bytes_again_change_nothing(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    endpoint.release("1", scripted())
    made, status = endpoint.made(), stage.status(endpoint.name)
    config = endpoint.describe()
    endpoint.drop("1", scripted())
    stage.finish()
    assert stage.states(stage.executions()[-1]["executionArn"])[-1] == "Release Unchanged"
    assert (endpoint.made(), stage.status(endpoint.name)) == (made, status)
    assert endpoint.describe() == config
    assert kinds(stage, endpoint) == ["Started", "Succeeded"]

    # Other bytes that waited meanwhile are released.
    endpoint.drop("1", scripted())
    stage.sandbox.run_until(lambda: stage.ledger.read_endpoint(endpoint.name).lease is not None)
    endpoint.drop("2", scripted("two"))
    stage.finish()
    assert "Record Unchanged Drop" in stage.states(stage.executions()[-3]["executionArn"])
    assert endpoint.live() == "2"


def test_other_bytes_under_the_same_version_are_a_new_release(
    stage: Stage, endpoint: Endpoint
) -> None:
    endpoint.spec(scripted_spec())
    first = endpoint.release("1", scripted("first"))
    second = endpoint.release("1", scripted("second"))
    assert first.release != second.release
    assert endpoint.outcomes() == [("1", "succeeded"), ("1", "succeeded")]
    assert endpoint.ask("you") == "second to you"


def test_a_stopped_execution_loses_its_lease_to_the_next_drop(
    stage: Stage, endpoint: Endpoint
) -> None:
    endpoint.spec(scripted_spec())
    endpoint.drop("1", scripted("one"))
    stage.sandbox.advance(60)
    stopped = stage.executions("RUNNING")[-1]["executionArn"]
    stage.client("stepfunctions").stop_execution(executionArn=stopped)
    endpoint.drop("2", scripted("two"))
    stage.finish()
    assert endpoint.outcomes() == [("1", "failed"), ("2", "succeeded")]
    assert "finished" in endpoint.records()[0].reason
    assert endpoint.ask("you") == "two to you"
    # Nothing of the stopped release is left.
    second = endpoint.records()[1]
    made = endpoint.made()
    assert (made["configs"], made["models"]) == ([second.made["config"]], [second.made["model"]])
    assert len(made["targets"]) == 1


def test_the_first_state_survives_a_lost_reply_of_its_own_claim(
    stage: Stage, endpoint: Endpoint
) -> None:
    from sandbox.gateway import Fault

    endpoint.spec(scripted_spec())
    endpoint.inject(Fault("dynamodb", "PutItem", lose_reply=True))
    endpoint.release("1", scripted())
    assert endpoint.outcomes() == [("1", "succeeded")]
