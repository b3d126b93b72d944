"""What a service checks beyond the action that was called."""

from __future__ import annotations

from typing import Any

from moto.core.request import Request

from sandbox.access.demands import demands_of
from sandbox.access.facts import Facts
from sandbox.gateway import Call, Principal

CALLER = Principal("arn:aws:iam::123456789012:role/caller", "session")
VARIANT = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/Churn/variant/v1",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}


def needs(facts: Facts, operation: str, **more: Any) -> list[str]:
    request = Request.from_primitives("POST", "http://localhost/", {}, b"")
    call = Call("application-autoscaling", operation, VARIANT | more, CALLER, request)
    found = demands_of(call, facts)
    for demand in found:
        facts.granted(demand)
    return [f"{demand.action} {demand.resource.split(':', 5)[5]}" for demand in found]


def test_registering_a_target_tries_what_scaling_will_do() -> None:
    found = needs(Facts("123456789012", "us-east-1"), "RegisterScalableTarget")

    assert "sagemaker:DescribeEndpoint endpoint/churn" in found
    assert "sagemaker:UpdateEndpointWeightsAndCapacities endpoint/churn" in found
    assert "cloudwatch:PutMetricAlarm alarm:" in found
    assert "cloudwatch:DeleteAlarms alarm:" in found
    assert "cloudwatch:DescribeAlarms alarm:*" in found


def test_only_the_first_target_of_an_account_makes_the_services_role() -> None:
    facts = Facts("123456789012", "us-east-1")

    def makes_role() -> bool:
        found = needs(facts, "RegisterScalableTarget")
        return any(each.startswith("iam:CreateServiceLinkedRole ") for each in found)

    assert [makes_role(), makes_role()] == [True, False]


def test_a_policys_alarms_come_and_go_with_the_rights_of_the_caller() -> None:
    facts = Facts("123456789012", "us-east-1")
    alarm = "alarm:TargetTracking-endpoint/Churn/variant/v1-*"

    put = needs(facts, "PutScalingPolicy", PolicyType="TargetTrackingScaling")
    assert f"cloudwatch:PutMetricAlarm {alarm}" in put
    assert not any("Alarm" in each for each in needs(facts, "PutScalingPolicy"))
    for operation in ("DeleteScalingPolicy", "DeregisterScalableTarget"):
        assert f"cloudwatch:DeleteAlarms {alarm}" in needs(facts, operation)
