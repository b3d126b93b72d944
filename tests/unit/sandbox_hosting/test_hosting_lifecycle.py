"""Endpoints over time: statuses, refusals, failures, what serves meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:sagemaker:us-east-1:123456789012"


def refusal(action: Any) -> str:
    with pytest.raises(ClientError) as caught:
        action()
    return f"{caught.value.response['Error']['Code']}: {caught.value.response['Error']['Message']}"


def statuses(aws: Any) -> list[str]:
    return [detail["EndpointStatus"] for detail in aws.account.emitted]


def test_a_new_endpoint_is_in_service_after_some_minutes(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.config("first", variant("live", "m"))
    aws.endpoint("churn", "first")
    aws.kernel.settle()
    creating = aws.describe()
    assert creating["EndpointStatus"] == "Creating"
    assert "ProductionVariants" not in creating
    assert creating["PendingDeploymentSummary"]["ProductionVariants"][0]["VariantName"] == "live"

    assert 180 <= aws.reach("InService") <= 300
    live = aws.describe()["ProductionVariants"][0]
    assert (live["CurrentInstanceCount"], live["CurrentWeight"]) == (2, 1.0)
    assert "PendingDeploymentSummary" not in aws.describe()
    assert aws.invoke()["Body"].read() == b"1,2"
    assert statuses(aws) == ["CREATING", "IN_SERVICE"]


def test_the_same_scenario_takes_the_same_time(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.config("c", variant("live", "m"))
    took = []
    for _ in range(2):
        aws.endpoint("churn", "c")
        took.append(aws.reach("InService"))
        aws.sagemaker.delete_endpoint(EndpointName="churn")
        aws.kernel.advance(60)
    assert took[0] == pytest.approx(took[1])


def test_a_container_that_does_not_start_fails_the_endpoint(
    aws: Any, variant: Any, running: set[str]
) -> None:
    aws.model("m", starts=False)
    config = variant("live", "m", ContainerStartupHealthCheckTimeoutInSeconds=120)
    aws.config("first", config)
    aws.endpoint("churn", "first")
    assert aws.reach("Failed") > 3 * 120
    assert aws.describe()["FailureReason"] == (
        "The primary container for production variant live did not pass the ping health check. "
        "Please check CloudWatch logs for this endpoint."
    )
    assert running == set()
    assert statuses(aws) == ["CREATING", "FAILED"]
    logs = aws.client("logs")
    group = "/aws/sagemaker/Endpoints/churn"
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    assert stream.startswith("live/i-0")
    events = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
    assert [event["message"] for event in events][-1] == "ValueError: not a model"


def test_a_failed_endpoint_can_only_be_deleted(aws: Any, variant: Any) -> None:
    aws.model("m", starts=False)
    aws.config("first", variant("live", "m"))
    aws.endpoint("churn", "first")
    aws.reach("Failed")
    update = {"EndpointName": "churn", "EndpointConfigName": "first"}
    assert "Failed" in refusal(lambda: aws.sagemaker.update_endpoint(**update))
    aws.sagemaker.delete_endpoint(EndpointName="churn")
    aws.kernel.advance(30)
    assert refusal(aws.describe) == (
        f'ValidationException: Could not find endpoint "{ARN}:endpoint/churn".'
    )


def test_an_update_replaces_the_fleet_and_the_old_one_serves_until_then(
    aws: Any, variant: Any, running: set[str]
) -> None:
    aws.model("old", answer="old")
    aws.model("new", answer="new")
    aws.serve(variant("live", "old"))
    before = set(running)
    aws.config("second", variant("live", "old"), variant("canary", "new", InitialVariantWeight=0))
    aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="second")
    aws.kernel.advance(100)
    assert aws.status() == "Updating"
    assert aws.describe()["EndpointConfigName"] == "first"
    assert aws.invoke()["Body"].read() == b"old"

    aws.reach("InService")
    assert aws.describe()["EndpointConfigName"] == "second"
    assert len(running) == 2
    assert not running & before
    assert {aws.invoke()["InvokedProductionVariant"] for _ in range(20)} == {"live"}
    assert aws.invoke(TargetVariant="canary")["Body"].read() == b"new"
    assert statuses(aws)[2:] == ["UPDATING", "IN_SERVICE"]


def test_a_failed_update_rolls_back_without_a_word(
    aws: Any, variant: Any, running: set[str]
) -> None:
    aws.model("old", answer="old")
    aws.model("broken", starts=False)
    aws.serve(variant("live", "old"))
    before = set(running)
    aws.config("second", variant("live", "broken"))
    aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="second")
    aws.reach("RollingBack")
    aws.reach("InService")
    after = aws.describe()
    assert after["EndpointConfigName"] == "first"
    assert "did not pass the ping health check" in after["FailureReason"]
    assert running == before
    assert aws.invoke()["Body"].read() == b"old"
    assert statuses(aws)[2:] == ["UPDATING", "ROLLING_BACK", "IN_SERVICE"]


def test_changes_are_refused_while_one_is_under_way(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.config("first", variant("live", "m"))
    aws.endpoint("churn", "first")
    busy = f'ValidationException: Cannot update in-progress endpoint "{ARN}:endpoint/churn".'
    name = {"EndpointName": "churn"}
    weights = [{"VariantName": "live", "DesiredWeight": 2.0}]
    for action in (
        lambda: aws.sagemaker.delete_endpoint(**name),
        lambda: aws.sagemaker.update_endpoint(**name, EndpointConfigName="first"),
        lambda: aws.sagemaker.update_endpoint_weights_and_capacities(
            **name, DesiredWeightsAndCapacities=weights
        ),
    ):
        assert refusal(action) == busy


def test_the_execution_role_may_use_the_key_of_the_volumes(aws: Any, variant: Any) -> None:
    aws.model("m")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    aws.config("sealed", variant("live", "m"), KmsKeyId=key)
    assert "is not authorized to perform: kms:CreateGrant" in refusal(
        lambda: aws.endpoint("churn", "sealed")
    )
    condition = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    common = {"Effect": "Allow", "Resource": key}
    granted = {**common, "Action": "kms:CreateGrant", "Condition": condition}
    seen = {**common, "Action": "kms:DescribeKey"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [granted, seen]})
    aws.client("iam").put_role_policy(
        RoleName="execution", PolicyName="volumes", PolicyDocument=document
    )
    aws.endpoint("churn", "sealed")
    aws.reach("InService")


def test_taken_and_unknown_names_are_refused_in_sagemakers_words(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    assert refusal(lambda: aws.model("m")) == (
        f'ValidationException: Cannot create already existing model "{ARN}:model/m".'
    )
    assert refusal(lambda: aws.config("first", variant("live", "m"))) == (
        "ValidationException: Cannot create already existing endpoint configuration "
        f'"{ARN}:endpoint-config/first".'
    )
    for name in ("churn", "Churn"):
        assert refusal(lambda name=name: aws.endpoint(name, "first")) == (
            f'ValidationException: Cannot create already existing endpoint "{ARN}:endpoint/churn".'
        )
    assert refusal(lambda: aws.endpoint("other", "nothing")) == (
        "ValidationException: Could not find endpoint configuration "
        f'"{ARN}:endpoint-config/nothing".'
    )
    assert refusal(lambda: aws.config("c", variant("live", "nothing"))) == (
        f'ValidationException: Could not find model "{ARN}:model/nothing".'
    )


def test_weights_shift_traffic_and_capacity_takes_longer(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"), variant("canary", "m", InitialVariantWeight=0))
    change = aws.sagemaker.update_endpoint_weights_and_capacities
    weights = [
        {"VariantName": "live", "DesiredWeight": 3.0},
        {"VariantName": "canary", "DesiredWeight": 1.0},
    ]
    change(EndpointName="churn", DesiredWeightsAndCapacities=weights)
    assert aws.status() == "Updating"
    assert aws.reach("InService") < 100
    went = [aws.invoke()["InvokedProductionVariant"] for _ in range(200)]
    assert 30 <= went.count("canary") <= 70

    capacity = [{"VariantName": "canary", "DesiredInstanceCount": 3}]
    change(EndpointName="churn", DesiredWeightsAndCapacities=capacity)
    assert aws.reach("InService") > 100
    canary = aws.describe()["ProductionVariants"][1]
    assert (canary["CurrentInstanceCount"], canary["CurrentWeight"]) == (3, 1.0)


def test_only_one_capacity_per_request(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("a", "m"), variant("b", "m"))
    both = [{"VariantName": name, "DesiredInstanceCount": 3} for name in "ab"]
    said = refusal(
        lambda: aws.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName="churn", DesiredWeightsAndCapacities=both
        )
    )
    assert "more than one variant" in said
    assert aws.status() == "InService"


def test_an_update_resets_counts_unless_they_are_retained(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    aws.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="churn",
        DesiredWeightsAndCapacities=[{"VariantName": "live", "DesiredInstanceCount": 5}],
    )
    aws.reach("InService")
    aws.config("second", variant("live", "m"))
    counts = []
    for retain in (True, False):
        aws.sagemaker.update_endpoint(
            EndpointName="churn", EndpointConfigName="second", RetainAllVariantProperties=retain
        )
        aws.reach("InService")
        counts.append(aws.describe()["ProductionVariants"][0]["CurrentInstanceCount"])
    assert counts == [5, 2]


def test_aws_running_out_of_instances_fails_the_endpoint_late(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.account.hosting.capacity.refuse("ml.m5.large")
    aws.config("first", variant("live", "m"))
    aws.endpoint("churn", "first")
    assert aws.reach("Failed") > 1000
    assert "InsufficientInstanceCapacity" in aws.describe()["FailureReason"]


def test_an_update_needs_the_quota_of_both_fleets(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.account.quotas.set_limit("ml.m5.large", 3)
    aws.serve(variant("live", "m"))
    update = {"EndpointName": "churn", "EndpointConfigName": "first"}
    said = refusal(lambda: aws.sagemaker.update_endpoint(**update))
    assert said.startswith(
        "ResourceLimitExceeded: The account-level service limit 'ml.m5.large for endpoint usage' "
        "is 3 Instances, with current utilization of 2 Instances and a request delta of 2 Instances"
    )
    assert aws.status() == "InService"


def test_a_deleted_configuration_breaks_the_next_change(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    aws.sagemaker.delete_endpoint_config(EndpointConfigName="first")
    assert aws.invoke()["Body"].read() == b"1,2"
    aws.config("second", variant("live", "m"))
    update = {"EndpointName": "churn", "EndpointConfigName": "second"}
    said = refusal(lambda: aws.sagemaker.update_endpoint(**update))
    assert said.endswith(f'Could not find endpoint configuration "{ARN}:endpoint-config/first".')


def test_new_instances_of_a_deleted_model_do_not_come(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    aws.sagemaker.delete_model(ModelName="m")
    aws.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="churn",
        DesiredWeightsAndCapacities=[{"VariantName": "live", "DesiredInstanceCount": 4}],
    )
    aws.reach("RollingBack")
    aws.reach("InService")
    assert aws.describe()["ProductionVariants"][0]["DesiredInstanceCount"] == 2
    assert "Could not find model" in aws.describe()["FailureReason"]


def test_an_artifact_that_went_away_fails_the_endpoint(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.s3.delete_object(Bucket="artifacts", Key="m.tar.gz")
    aws.config("first", variant("live", "m"))
    aws.endpoint("churn", "first")
    aws.reach("Failed")
    assert aws.describe()["FailureReason"].startswith(
        'Failed to download model data for container "container_1" from URL: '
        '"s3://artifacts/m.tar.gz".'
    )


def test_what_is_not_an_archive_fails_the_endpoint(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.s3.put_object(Bucket="artifacts", Key="m.tar.gz", Body=b"not an archive")
    aws.config("first", variant("live", "m"))
    aws.endpoint("churn", "first")
    aws.reach("Failed")
    assert aws.describe()["FailureReason"].startswith("Failed to extract model data archive")


def test_events_can_keep_silent_about_weights(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("a", "m"), variant("b", "m"))
    aws.account.hosting.lifecycle.announce_weight_changes = False
    seen = len(aws.account.emitted)
    aws.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="churn",
        DesiredWeightsAndCapacities=[{"VariantName": "a", "DesiredWeight": 9.0}],
    )
    aws.reach("InService")
    assert len(aws.account.emitted) == seen
