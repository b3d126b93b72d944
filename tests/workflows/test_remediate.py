"""Alarms before, between and after; promotions that go bad; executions that are killed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.stage.archives import scripted
from tests.stage.promoting import Promoting

if TYPE_CHECKING:
    from datetime import datetime

    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

SECONDS = 5.0
TRANSITIONS = 6


@pytest.fixture
def promoting(stage: Stage, endpoint: Endpoint) -> Promoting:
    return Promoting(stage, endpoint)


def weights_asked(stage: Stage, endpoint: Endpoint, since: datetime) -> list[datetime]:
    """Return when SageMaker accepted a change of weights."""
    return [
        record.time
        for record in stage.sandbox.account.gateway.records
        if record.operation == "UpdateEndpointWeightsAndCapacities"
        and record.time >= since
        and record.error is None
        and record.params["EndpointName"] == endpoint.name
        and "DesiredWeight" in record.params["DesiredWeightsAndCapacities"][0]
    ]


def entered(stage: Stage, execution: str, since: datetime, until: datetime) -> list[str]:
    """Return the states that an execution entered between two moments."""
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in stage.history(execution)
        if "stateEnteredEventDetails" in event and since <= event["timestamp"] <= until
    ]


def test_an_alarm_while_it_bakes_takes_the_traffic_off_the_canary_in_seconds(
    stage: Stage, promoting: Promoting
) -> None:
    promoting.start()
    rang = stage.sandbox.kernel.now()
    promoting.ring("2")
    stage.finish()
    (asked, *_) = weights_asked(stage, promoting.endpoint, rang)
    assert (asked - rang).total_seconds() <= SECONDS
    (remedy,) = promoting.executions("Remediate")[-1:]
    states = entered(stage, remedy, rang, asked)
    states += entered(stage, promoting.executions("Release")[-1], rang, asked)
    assert len(states) <= TRANSITIONS, states
    record = promoting.endpoint.records()[-1]
    assert (record.outcome, list(promoting.shares())) == ("rolled-back", ["1"])
    assert promoting.shares()["1"] > 0
    assert "server-errors: Threshold Crossed" in record.reason
    assert promoting.kinds()[-1] == "Release Rolled Back"


def test_an_alarm_while_weights_move_is_not_kept_waiting_by_silence(
    stage: Stage, promoting: Promoting, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether SageMaker tells of a change of weights alone is documented nowhere.
    lifecycle = stage.sandbox.account.hosting.lifecycle
    monkeypatch.setattr(lifecycle, "announce_weight_changes", False)
    endpoint = promoting.endpoint
    endpoint.drop("2", scripted("2"))
    promoting.until(lambda: endpoint.records()[-1].evidence.get("steps"))
    assert endpoint.records()[-1].bake is None
    rang = stage.sandbox.kernel.now()
    promoting.ring("2")
    stage.finish()
    record = endpoint.records()[-1]
    assert (record.outcome, list(promoting.shares())) == ("rolled-back", ["1"])
    assert promoting.shares()["1"] > 0
    # SageMaker takes a minute for the weights before it takes the next change.
    asked = weights_asked(stage, endpoint, rang)[0]
    assert (asked - rang).total_seconds() <= 120


def test_an_alarm_before_there_is_a_token_ends_the_same(stage: Stage, promoting: Promoting) -> None:
    endpoint = promoting.endpoint
    endpoint.drop("2", scripted("2"))
    promoting.until(lambda: any("/2-" in alarm["AlarmName"] for alarm in endpoint.alarms()))
    assert endpoint.records()[-1].bake is None
    promoting.ring("2", "latency")
    stage.finish()
    record = endpoint.records()[-1]
    assert record.outcome == "rolled-back"
    assert "latency: Threshold Crossed" in record.reason
    assert promoting.shares()["1"] > 0
    assert len(promoting.shares()) == 1


def test_a_fresh_promotion_that_goes_bad_is_reverted_by_weights(
    stage: Stage, promoting: Promoting
) -> None:
    endpoint = promoting.endpoint
    promoting.promote()
    rang = stage.sandbox.kernel.now()
    promoting.ring("2")
    stage.sandbox.advance(30)
    (asked, *_) = weights_asked(stage, endpoint, rang)
    assert (asked - rang).total_seconds() <= SECONDS
    assert len(entered(stage, promoting.executions("Remediate")[-1], rang, asked)) <= TRANSITIONS
    assert endpoint.live() == "1"
    assert [outcome for _, outcome in endpoint.outcomes()] == ["succeeded", "rolled-back"]
    (scales,) = [each for each in endpoint.targets() if "/1-" in each["ResourceId"]]
    assert not any(scales["SuspendedState"].values())

    # The bad version is then taken away like one that settled, with all that it made.
    promoting.pass_time(120)
    assert list(promoting.shares()) == ["1"]
    made = endpoint.made()
    assert not any("/2-" in name or "-2-" in name for names in made.values() for name in names)
    assert len(made["models"]) == len(made["configs"]) == 1
    assert promoting.record().settling is None
    assert promoting.schedules() == []
    assert promoting.kinds()[-1] == "Release Rolled Back"
    assert promoting.failed() == 0


def test_a_settled_release_is_left_to_people_and_goes_back_where_the_spec_says_so(
    stage: Stage, endpoint: Endpoint
) -> None:
    promoting = Promoting(stage, endpoint, "revert_when_settled: true")
    # A first release has nothing to go back to: people are told.
    promoting.ring("1")
    promoting.pass_time(60)
    assert promoting.kinds()[-1] == "Endpoint Alarm"

    promoting.promote()
    promoting.pass_time(1800)
    promoting.ring("2")
    promoting.pass_time(60)
    outcomes = endpoint.outcomes()
    assert outcomes[-1] == ("1", "succeeded")
    assert endpoint.live() == "1"
    assert endpoint.records()[-1].drop.origin == endpoint.records()[0].release
    assert endpoint.ask("me") == "one to me"


def kill(stage: Stage, execution: str) -> None:
    """Stop an execution as somebody in the console does: it runs no Catch."""
    stage.client("stepfunctions").stop_execution(
        executionArn=execution, error="", cause="Stopped by hand"
    )


def test_a_release_that_is_killed_goes_back_and_lets_the_next_one_run(
    stage: Stage, promoting: Promoting
) -> None:
    endpoint = promoting.endpoint
    running = promoting.start()
    endpoint.drop("3", scripted("3"))
    stage.sandbox.advance(10)
    kill(stage, running.execution)
    promoting.pass_time(60)
    outcomes: dict[str, Any] = dict(endpoint.outcomes())
    assert outcomes == {"1": "succeeded", "2": "rolled-back", "3": "succeeded"}
    reason = endpoint.records()[1].reason
    assert "was aborted" in reason
    assert "Stopped by hand" in reason
    assert (endpoint.live(), promoting.failed()) == ("3", 0)
