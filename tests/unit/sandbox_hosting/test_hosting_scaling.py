"""Application Auto Scaling and endpoints."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


def register(aws: Any, resource: str = "endpoint/churn/variant/live", **bounds: int) -> None:
    aws.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="sagemaker",
        ResourceId=resource,
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        **bounds,
    )


def count(aws: Any) -> int:
    return int(aws.describe()["ProductionVariants"][0]["CurrentInstanceCount"])


@pytest.mark.parametrize(
    "resource", ["endpoint/nothing/variant/live", "endpoint/churn/variant/other", "churn/live"]
)
def test_a_target_must_exist(aws: Any, variant: Any, resource: str) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    with pytest.raises(ClientError) as caught:
        register(aws, resource, MinCapacity=1, MaxCapacity=4)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_raised_floor_scales_out_at_once_and_a_lowered_ceiling_in(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    register(aws, MinCapacity=1, MaxCapacity=10)
    assert aws.status() == "InService"
    register(aws, MinCapacity=6, MaxCapacity=10)
    assert aws.status() == "Updating"
    aws.reach("InService")
    assert count(aws) == 6
    register(aws, MinCapacity=1, MaxCapacity=3)
    aws.reach("InService")
    assert count(aws) == 3


def test_a_floor_raised_during_an_update_does_nothing_until_it_is_raised_again(
    aws: Any, variant: Any
) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="first")
    register(aws, MinCapacity=5, MaxCapacity=9)
    aws.reach("InService")
    assert count(aws) == 2
    register(aws, MinCapacity=5, MaxCapacity=9)
    aws.reach("InService")
    assert count(aws) == 5


def test_a_scaled_variant_keeps_its_instance_type_and_stays(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    register(aws, MinCapacity=1, MaxCapacity=4)
    aws.config("removed", variant("other", "m"))
    aws.config("retyped", variant("live", "m", InstanceType="ml.c5.large"))
    aws.config("remodelled", variant("live", "m"), variant("canary", "m"))
    for config in ("removed", "retyped"):
        with pytest.raises(ClientError, match="registered as scalable targets"):
            aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName=config)
    aws.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="remodelled")
    assert aws.status() == "Updating"


def test_deleting_an_endpoint_deregisters_its_targets_as_the_caller(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    register(aws, MinCapacity=1, MaxCapacity=4)
    aws.sagemaker.delete_endpoint(EndpointName="churn")
    targets = aws.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker"
    )
    assert targets["ScalableTargets"] == []
    operations = [record.operation for record in aws.account.gateway.records]
    assert "DeregisterScalableTarget" in operations
