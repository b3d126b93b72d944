"""Application Auto Scaling, which tries out what its caller may do before it does anything.

Sources: Application Auto Scaling user guide, "Permissions validation for API calls on target
resources": RegisterScalableTarget calls the target service as its caller, and CloudWatch's
PutMetricAlarm and DeleteAlarms without a name and DescribeAlarms for any; SageMaker developer
guide, "Auto scaling prerequisites", for the actions of SageMaker and the service-linked role.
The resource of a CloudWatch call without a name ends with `alarm:`, of DescribeAlarms without
names with `alarm:*` (aws-samples/amazon-cloudwatch-auto-alarms, issues 1 and 18).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.facts import FIRST_USE
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.access.demands.making import Maker, Makers, Params
    from sandbox.access.facts import Facts

_SERVICE = "sagemaker.application-autoscaling.amazonaws.com"
_ROLE = f"aws-service-role/{_SERVICE}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
_NO_NAME = ""


def _target(action: str) -> Maker:
    def make(facts: Facts, params: Params) -> Iterator[Demand]:
        context = {
            "application-autoscaling:service-namespace": params.get("ServiceNamespace"),
            "application-autoscaling:scalable-dimension": params.get("ScalableDimension"),
        }
        arn = facts.arn("application-autoscaling", "scalable-target/*")
        yield Demand(f"application-autoscaling:{action}", arn, context)

    return make


def _register(facts: Facts, params: Params) -> Iterator[Demand]:
    yield from _target("RegisterScalableTarget")(facts, params)
    if params["ServiceNamespace"] != "sagemaker":
        return
    endpoint = str(params["ResourceId"]).split("/")[1].lower()
    arn = facts.arn("sagemaker", f"endpoint/{endpoint}")
    yield Demand("sagemaker:DescribeEndpoint", arn, {})
    yield Demand("sagemaker:UpdateEndpointWeightsAndCapacities", arn, {})
    # Which of the endpoint's configurations it reads is not written down: any.
    configuration = facts.arn("sagemaker", "endpoint-config/*")
    yield Demand("sagemaker:DescribeEndpointConfig", configuration, {})
    yield _alarm(facts, "PutMetricAlarm", _NO_NAME)
    yield _alarm(facts, "DescribeAlarms", "*")
    yield _alarm(facts, "DeleteAlarms", _NO_NAME)
    yield from _first_use(facts)


def _first_use(facts: Facts) -> Iterator[Demand]:
    role = facts.arn("iam", f"role/{_ROLE}", region=False)
    if not facts.has_linked_role(role):
        yield Demand(FIRST_USE, role, {"iam:awsservicename": _SERVICE})


def _put_policy(facts: Facts, params: Params) -> Iterator[Demand]:
    yield from _target("PutScalingPolicy")(facts, params)
    if params.get("PolicyType") == "TargetTrackingScaling":
        for action in ("PutMetricAlarm", "DescribeAlarms"):
            yield _alarm(facts, action, _tracking(params))


def _delete_alarms_too(action: str) -> Maker:
    def make(facts: Facts, params: Params) -> Iterator[Demand]:
        yield from _target(action)(facts, params)
        yield _alarm(facts, "DeleteAlarms", _tracking(params))

    return make


def _tracking(params: Params) -> str:
    return f"TargetTracking-{params['ResourceId']}-*"


def _alarm(facts: Facts, action: str, name: str) -> Demand:
    return Demand(f"cloudwatch:{action}", facts.arn("cloudwatch", f"alarm:{name}"), {})


MAKERS: Makers = {
    ("application-autoscaling", "RegisterScalableTarget"): _register,
    ("application-autoscaling", "PutScalingPolicy"): _put_policy,
    **{
        ("application-autoscaling", action): _delete_alarms_too(action)
        for action in ("DeleteScalingPolicy", "DeregisterScalableTarget")
    },
    **{
        ("application-autoscaling", action): _target(action)
        for action in (
            "DescribeScalableTargets",
            "DescribeScheduledActions",
            "PutScheduledAction",
            "DescribeScalingActivities",
            "DescribeScalingPolicies",
        )
    },
}
