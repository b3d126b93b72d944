"""The previous variant goes when it is due, when a newer drop comes, or stays where that fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox.gateway import Fault
from tests.stage.archives import scripted
from tests.stage.promoting import Promoting

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

HALF_AN_HOUR = 1800.0


@pytest.fixture
def promoted(stage: Stage, endpoint: Endpoint) -> Promoting:
    """An endpoint on which version 2 was promoted and version 1 stands by."""
    promoting = Promoting(stage, endpoint)
    promoting.promote()
    return promoting


def test_a_promoted_release_is_alone_after_a_while_and_then_makes_room_for_the_next(
    stage: Stage, promoted: Promoting
) -> None:
    endpoint = promoted.endpoint
    assert promoted.shares() == {"1": 0.0, "2": 100.0}
    assert stage.status(endpoint.name)[0]["state"] == "settling"
    assert len(promoted.schedules()) == 1
    first, second = endpoint.records()
    for release in (first.release, "0-of-long-ago"):
        _learnt(stage, endpoint, release)
    promoted.pass_time(HALF_AN_HOUR)

    assert promoted.shares() == {"2": 100.0}
    assert stage.status(endpoint.name)[0]["state"] == "serving"
    assert promoted.record().settling is None
    made = endpoint.made()
    # Version 1 is kept: a rollback to it needs no new upload.
    assert len(made["models"]) == len(made["configs"]) == 2
    assert all("/2-" in alarm for alarm in made["alarms"])
    (target,) = endpoint.targets()
    assert "/2-" in target["ResourceId"]
    assert not any(target["SuspendedState"].values())
    assert promoted.schedules() == []
    assert endpoint.ask("me") == "2 to me"
    # What a version learnt of its users' requests goes when nobody can go back to it.
    assert _learnings(stage, endpoint) == [f"{first.release}.json"]

    # The next one is promoted as well, and the one that waited for that not for it to settle.
    promoted.start("3")
    promoted.endpoint.drop("4", scripted("4"))
    stage.finish()
    assert endpoint.outcomes()[-2:] == [("3", "succeeded"), ("4", "succeeded")]
    states = stage.states(promoted.executions("Release")[-1])
    assert "Settle First" in states
    assert promoted.shares() == {"3": 0.0, "4": 100.0}

    # What stands by no more is kept: it is released again.
    promoted.command("rollback", second.release)
    stage.finish()
    assert promoted.shares() == {"2": 100.0, "4": 0.0}
    assert endpoint.ask("me") == "2 to me"
    assert promoted.failed() == 0


def _learnt(stage: Stage, endpoint: Endpoint, release: str) -> None:
    key = f"baselines/{endpoint.name}/{release}.json"
    bucket = stage.outputs["MonitoringBucketName"]
    stage.client("s3").put_object(Bucket=bucket, Key=key, Body=b"{}")


def _learnings(stage: Stage, endpoint: Endpoint) -> list[str]:
    prefix = f"baselines/{endpoint.name}/"
    bucket = stage.outputs["MonitoringBucketName"]
    found = stage.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [each["Key"].removeprefix(prefix) for each in found.get("Contents", [])]


def test_what_cannot_be_taken_away_stays_without_traffic_and_is_tried_again(
    stage: Stage, promoted: Promoting
) -> None:
    endpoint = promoted.endpoint
    both = (endpoint.describe() or {})["EndpointConfigName"]
    endpoint.inject(
        Fault("sagemaker", "UpdateEndpoint", "ResourceLimitExceeded", "The quota is 4", times=1)
    )
    promoted.pass_time(HALF_AN_HOUR)
    assert (endpoint.describe() or {})["EndpointConfigName"] == both
    assert promoted.shares() == {"1": 0.0, "2": 100.0}
    assert promoted.kinds()[-1] == "Release Not Settled"
    assert stage.status(endpoint.name)[0]["state"] == "settling"
    counts = {v["CurrentInstanceCount"] for v in (endpoint.describe() or {})["ProductionVariants"]}
    assert counts == {2}

    # A model that comes while it is tried again waits for that.
    promoted.until(lambda: bool(promoted.executions("Settle", "RUNNING")))
    endpoint.drop("3", scripted("3"))
    promoted.until(lambda: promoted.record().parked is not None, limit=60)
    promoted.until(lambda: not promoted.executions("Settle", "RUNNING"))
    stage.finish()
    assert promoted.shares() == {"2": 0.0, "3": 100.0}
    assert promoted.failed() == 0


def test_what_comes_up_while_it_settles_keeps_it_awake(stage: Stage, promoted: Promoting) -> None:
    endpoint = promoted.endpoint
    rest = stage.client("stepfunctions").start_execution(
        stateMachineArn=stage.outputs["RestStateMachineArn"],
        input=json.dumps({"endpoint": endpoint.name, "action": "sleep"}),
    )["executionArn"]
    promoted.until(lambda: "Settle First" in stage.states(rest))
    stage.client("sagemaker").add_tags(
        ResourceArn=(endpoint.describe() or {})["EndpointArn"],
        Tags=[{"Key": "slipway:keep-awake", "Value": "true"}],
    )
    promoted.until(lambda: "Hand Back" in stage.states(rest))
    promoted.pass_time(120)
    assert promoted.shares() == {"2": 100.0}
    assert promoted.record().lease is None
    assert promoted.kinds()[-1] == "Endpoint Kept Awake"
