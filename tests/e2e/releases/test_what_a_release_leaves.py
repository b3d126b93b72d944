"""What a user finds in the account after a release."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.stage.archives import ROWS, XGBOOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hosting.images import Image
    from tests.stage.archives import Trained
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

SCHEMAS = Path(__file__).parents[3] / "docs" / "events"
ROOT = Path(__file__).parents[3]
SPEC = "scaling: {target: 90, min: 2, max: 6}\n"


@pytest.fixture
def served(stage: Stage, endpoint: Endpoint, trained: Callable[[Image], Trained]) -> Endpoint:
    endpoint.spec(SPEC)
    # SageMaker made it without a key, for an endpoint that had the name before.
    stage.client("logs").create_log_group(logGroupName=_log_group(endpoint))
    smoke = [{"content_type": "text/csv", "body": ROWS}]
    record = endpoint.release("7", trained(XGBOOST).archive("model.json"), smoke)
    assert record.outcome == "succeeded", record.reason
    return endpoint


def test_a_release_is_recorded_announced_watched_and_captured(
    stage: Stage, served: Endpoint
) -> None:
    """One release, looked at from all sides: each would cost a release of its own."""
    (record,) = served.records()
    _check_status(stage, served, record.release)
    _check_events(stage, served, record.release)
    _check_messages(stage, served)
    _check_hosting(stage, served)
    _check_scaling(stage, served)
    _check_alarms(stage, served)
    _check_dashboard(stage, served)
    _check_capture(stage, served, record.release)
    _check_log(stage, served)


def _log_group(endpoint: Endpoint) -> str:
    return f"/aws/sagemaker/Endpoints/{endpoint.name}"


def _check_log(stage: Stage, served: Endpoint) -> None:
    name = _log_group(served)
    (group,) = stage.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["retentionInDays"] == 90
    assert ":key/" in group["kmsKeyId"]


def _check_status(stage: Stage, served: Endpoint, release: str) -> None:
    (status,) = stage.status(served.name)
    (only,) = status.pop("releases")
    assert status == {
        "endpoint": served.name,
        "state": "serving",
        "live": {"release": release, "version": "7"},
    }
    assert only["started"] < only["ended"]
    assert set(only) == {"release", "version", "outcome", "reason", "started", "ended"}
    assert (only["release"], only["version"], only["outcome"]) == (release, "7", "succeeded")


def _check_events(stage: Stage, served: Endpoint, release: str) -> None:
    said = stage.said(served.name)
    assert [event["detail-type"] for event in said] == ["Release Started", "Release Succeeded"]
    for event in said:
        name = event["detail-type"].lower().replace(" ", "-")
        jsonschema.validate(event, json.loads((SCHEMAS / f"{name}.schema.json").read_text()))
        assert event["source"] == "slipway"
        assert event["detail"]["release"] == release
        execution = stage.executions()[-1]["executionArn"]
        assert event["detail"]["links"]["execution"].endswith(execution)
        assert event["resources"] == [execution]
    started = said[0]["detail"]
    assert (started["instance_type"], started["instance_count"]) == ("ml.m5.large", 2)
    assert re.search(r"\$[\d,.]+", started["reason"]), "the estimate of the cost is missing"


def _check_messages(stage: Stage, served: Endpoint) -> None:
    said, told = stage.said(served.name), stage.told(served.name)
    assert [body["detail"] for body in told] == [event["detail"] for event in said]
    mails = stage.mails(served.name)
    assert [subject for subject, _ in mails] == [
        f"Release Started: {served.name} 7",
        f"Release Succeeded: {served.name} 7",
    ]
    text = mails[-1][1]
    assert text.startswith(f"Version 7 serves on endpoint {served.name}; 1 golden requests passed")
    assert f"Endpoint: {served.name}\nVersion: 7\n" in text


def _check_hosting(stage: Stage, served: Endpoint) -> None:
    sagemaker = stage.client("sagemaker")
    described = served.describe()
    assert described is not None
    config = sagemaker.describe_endpoint_config(EndpointConfigName=described["EndpointConfigName"])
    (variant,) = config["ProductionVariants"]
    model = sagemaker.describe_model(ModelName=variant["ModelName"])
    key = _key(stage)
    assert config["KmsKeyId"] == key
    capture = config["DataCaptureConfig"]
    assert (capture["EnableCapture"], capture["InitialSamplingPercentage"]) == (True, 100)
    assert capture["KmsKeyId"] == key
    assert model["EnableNetworkIsolation"] is True
    assert model["PrimaryContainer"]["ModelDataUrl"].startswith(f"s3://{stage.artifacts}/accepted/")
    assert max(len(name) for name in (variant["VariantName"], variant["ModelName"])) <= 63
    for arn in (described["EndpointArn"], config["EndpointConfigArn"], model["ModelArn"]):
        tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
        assert (tags["slipway:endpoint"], tags["slipway:version"]) == (served.name, "7")


def _check_scaling(stage: Stage, served: Endpoint) -> None:
    (target,) = served.targets()
    assert target["ScalableDimension"] == "sagemaker:variant:DesiredInstanceCount"
    assert target["ResourceId"] == f"endpoint/{served.name}/variant/{_variant(served)}"
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    (policy,) = stage.client("application-autoscaling").describe_scaling_policies(
        ServiceNamespace="sagemaker", ResourceId=target["ResourceId"]
    )["ScalingPolicies"]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 90
    metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert metric == "SageMakerVariantInvocationsPerInstance"


def _check_alarms(stage: Stage, served: Endpoint) -> None:
    alarms = served.alarms()
    wanted = {
        ("AWS/SageMaker", "Invocation5XXErrors"),
        ("AWS/SageMaker", "InvocationModelErrors"),
        ("AWS/SageMaker", "ModelLatency"),
        ("/aws/sagemaker/Endpoints", "CPUUtilization"),
        ("/aws/sagemaker/Endpoints", "MemoryUtilization"),
        ("/aws/sagemaker/Endpoints", "DiskUtilization"),
    }
    dimensions = {"EndpointName": served.name, "VariantName": _variant(served)}
    found = set()
    for alarm in alarms:
        for metric in _metrics(alarm):
            given = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
            assert given == dimensions, alarm["AlarmName"]
            found.add((metric["Namespace"], metric["MetricName"]))
        # Demand is no trouble: nobody is told, a burst answers.
        tells = "/demand" not in alarm["AlarmName"]
        assert alarm["AlarmActions"] == [stage.outputs["NotificationTopicArn"]] * tells
    assert wanted <= found
    latency = next(alarm for alarm in alarms if alarm.get("MetricName") == "ModelLatency")
    assert latency["ExtendedStatistic"] == "p99"
    # Microseconds: a threshold below a millisecond's worth would be one in milliseconds.
    assert latency["Threshold"] >= 10_000


def _check_dashboard(stage: Stage, served: Endpoint) -> None:
    (name,) = served.made()["dashboards"]
    body = json.loads(stage.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])
    assert served.name in json.dumps(body["widgets"])


def _check_capture(stage: Stage, served: Endpoint, release: str) -> None:
    answer = served.ask(InferenceId="mine")
    stage.sandbox.advance(180)
    monitoring = stage.outputs["MonitoringBucketName"]
    s3, variant = stage.client("s3"), _variant(served)
    prefix = f"capture/{served.name}/{variant}/"
    keys = [
        each["Key"]
        for each in s3.list_objects_v2(Bucket=monitoring, Prefix=prefix).get("Contents", [])
    ]
    assert keys
    assert all(re.fullmatch(r"\d{4}/\d\d/\d\d/\d\d/[^/]+\.jsonl", k[len(prefix) :]) for k in keys)
    lines = [
        json.loads(line)
        for key in keys
        for line in s3.get_object(Bucket=monitoring, Key=key)["Body"].read().splitlines()
    ]
    by_id = {line["eventMetadata"]["inferenceId"]: line for line in lines}
    digest = release.rpartition("-")[2]
    assert set(by_id) == {f"slipway-smoke-{digest}-1", "mine"}
    mine = by_id["mine"]
    assert mine["eventVersion"] == "0"
    sent, got = mine["captureData"]["endpointInput"], mine["captureData"]["endpointOutput"]
    assert (sent["observedContentType"], sent["mode"], sent["encoding"], sent["data"]) == (
        "text/csv",
        "INPUT",
        "CSV",
        ROWS,
    )
    assert (got["mode"], got["data"]) == ("OUTPUT", answer)


def _variant(served: Endpoint) -> str:
    described = served.describe()
    assert described is not None
    (variant,) = described["ProductionVariants"]
    name: str = variant["VariantName"]
    return name


def _metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    if "MetricName" in alarm:
        return [alarm]
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]


def _key(stage: Stage) -> str:
    resources = stage.client("cloudformation").describe_stack_resources(StackName="slipway")
    physical = next(
        each["PhysicalResourceId"]
        for each in resources["StackResources"]
        if each["LogicalResourceId"] == "Key"
    )
    arn: str = stage.client("kms").describe_key(KeyId=physical)["KeyMetadata"]["Arn"]
    return arn
