"""Settings without a new model on the sandbox, and endpoints that are otherwise than they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

POLICY = "slipway-target-tracking"


class Settled:
    """An endpoint that serves version 1, and whose settings change."""

    def __init__(self, stage: Stage, endpoint: Endpoint) -> None:
        self.stage, self.endpoint = stage, endpoint
        self.settings("scaling: {target: 600, min: 2, max: 4}\n")
        first = endpoint.release("1", scripted("one"))
        assert first.outcome == "succeeded", first.reason
        self.since = len(stage.sandbox.account.gateway.records)

    def settings(self, more: str, hosting: str = "") -> None:
        self.endpoint.spec(scripted_spec(hosting) + more)

    def look(self) -> None:
        self.stage.client("stepfunctions").start_execution(
            stateMachineArn=self.stage.outputs["ReconcileStateMachineArn"],
            input=json.dumps({"endpoint": self.endpoint.name, "check": True}),
        )
        self.stage.sandbox.advance(30)

    def forget(self) -> None:
        """Delete endpoint.yaml in all versions, as if there had never been one."""
        s3, key = self.stage.client("s3"), f"models/{self.endpoint.name}/endpoint.yaml"
        bucket = self.stage.artifacts
        for each in s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]:
            s3.delete_object(Bucket=bucket, Key=key, VersionId=each["VersionId"])

    def news(self, kind: str) -> list[dict[str, Any]]:
        said = self.stage.said(self.endpoint.name)
        return [each["detail"] for each in said if each["detail-type"] == kind]

    def subjects(self) -> list[str]:
        mails = self.stage.mails(self.endpoint.name)
        return [subject for subject, _ in mails if subject.startswith("Settings")]

    def policies(self) -> list[dict[str, Any]]:
        (target,) = self.endpoint.targets()
        found: list[dict[str, Any]] = self.stage.client(
            "application-autoscaling"
        ).describe_scaling_policies(ServiceNamespace="sagemaker", ResourceId=target["ResourceId"])[
            "ScalingPolicies"
        ]
        return found

    def free(self) -> bool:
        return self.stage.ledger.read_endpoint(self.endpoint.name).lease is None


@pytest.fixture
def settled(stage: Stage, endpoint: Endpoint) -> Settled:
    return Settled(stage, endpoint)


def test_settings_change_in_place_and_what_is_put_right_by_the_look_is_told(
    settled: Settled,
) -> None:
    endpoint, stage = settled.endpoint, settled.stage
    config = (endpoint.describe() or {})["EndpointConfigName"]
    sleep = "sleep: {at: 'cron(0 20 ? * SUN *)', until: 'cron(0 6 ? * MON *)', timezone: UTC}\n"
    alarms = "alarms: {latency: 2500}\n"
    settled.settings("scaling: {target: 300, min: 1, max: 3}\n" + alarms + sleep)
    stage.sandbox.advance(90)

    (target,) = endpoint.targets()
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 3)
    tracking = settled.policies()[0]["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 300
    (latency,) = [each for each in endpoint.alarms() if each["AlarmName"].endswith("/latency")]
    assert latency["Threshold"] == 2_500_000
    schedules = stage.client("scheduler").list_schedules(NamePrefix=f"slipway-{endpoint.name}.")
    assert {each["Name"].rpartition(".")[2] for each in schedules["Schedules"]} >= {"sleep", "wake"}
    (told,) = settled.news("Settings Applied")
    wanted = ["scaling.min: 2 → 1", "scaling.max: 4 → 3", "scaling.target: 600 → 300"]
    assert told["changes"] == [*wanted, "sleep", "alarms.latency_ms: 1000 → 2500"]
    assert settled.subjects() == [f"Settings Applied: {endpoint.name} 1"]
    record = endpoint.records()[-1]
    assert record.spec_version == told["spec_version"]
    assert record.policy["alarms"]["latency_ms"] == 2500
    assert (endpoint.describe() or {})["EndpointConfigName"] == config

    # Nothing is otherwise, so nothing is told, and nobody needs the lease.
    settled.look()
    assert len(settled.news("Settings Applied")) == 1

    stage.client("application-autoscaling").delete_scaling_policy(
        PolicyName=POLICY,
        ServiceNamespace="sagemaker",
        ResourceId=target["ResourceId"],
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
    )
    settled.look()
    assert [each["PolicyName"] for each in settled.policies()] == [POLICY]
    assert settled.news("Settings Applied")[-1]["repaired"] == [
        f"The scaling policy {POLICY} is gone"
    ]
    assert settled.free()
    assert stage.denied(settled.since) == []


def test_other_hosting_releases_the_live_artifact_anew(settled: Settled) -> None:
    endpoint = settled.endpoint
    settled.settings("scaling: {target: 600, min: 2, max: 4}\n", ", instance_type: ml.c5.large")
    settled.stage.sandbox.advance(300)
    settled.stage.finish()

    assert endpoint.outcomes() == [("1", "succeeded"), ("1", "succeeded")]
    live = settled.stage.ledger.read_endpoint(endpoint.name).live
    assert live is not None
    assert live.instance_type == "ml.c5.large"
    (told,) = settled.news("Settings Applied")
    assert told["changes"] == ["hosting.instance_type"]
    assert told["released_as"] == live.release
    assert "one" in endpoint.ask("me")
    assert settled.stage.denied(settled.since) == []


def test_settings_that_nobody_can_read_change_nothing(settled: Settled) -> None:
    endpoint, stage = settled.endpoint, settled.stage
    before = endpoint.targets()
    settled.settings("scaling: {maxx: 3}\n")
    stage.sandbox.advance(30)

    (told,) = settled.news("Settings Refused")
    (problem,) = told["problems"]
    assert (problem["path"], problem["line"]) == ("scaling.maxx", 5)
    assert "max" in problem["suggestion"]
    assert "line 5" in told["reason"]
    assert settled.subjects() == [f"Settings Refused: {endpoint.name} 1"]
    assert endpoint.targets() == before
    assert settled.free()

    settled.forget()
    settled.look()
    assert endpoint.targets() == before
    assert settled.free()
    assert stage.denied(settled.since) == []


def test_settings_that_come_during_a_release_are_applied_after_it(settled: Settled) -> None:
    endpoint = settled.endpoint
    endpoint.drop("2", scripted("two"))
    settled.stage.sandbox.advance(60)
    settled.settings("scaling: {target: 600, min: 2, max: 3}\n")
    settled.stage.finish()
    settled.stage.sandbox.advance(400)

    assert endpoint.live() == "2"
    maxima = {each["ResourceId"]: each["MaxCapacity"] for each in endpoint.targets()}
    assert [most for name, most in maxima.items() if "/2-" in name] == [3]
    (told,) = settled.news("Settings Applied")
    assert told["changes"] == ["scaling.max: 4 → 3"]
    assert told["model_version"] == "2"
