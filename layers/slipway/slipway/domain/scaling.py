"""Target tracking of a variant, as Application Auto Scaling takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.claims import bounds
from slipway.domain.instances import vcpus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.domain.spec import EndpointSpec

NAMESPACE = "sagemaker"
DIMENSION = "sagemaker:variant:DesiredInstanceCount"
POLICY = "slipway-target-tracking"

# Scaling out may go on while instances start; they take minutes, and the next step counts those
# already asked for. Scaling in waits, because an instance that is gone takes minutes to come back.
SCALE_OUT_COOLDOWN = 60
SCALE_IN_COOLDOWN = 300

_PREDEFINED = {
    "invocations": "SageMakerVariantInvocationsPerInstance",
    "concurrency": "SageMakerVariantConcurrentRequestsPerModelHighResolution",
}


@dataclass(frozen=True, slots=True)
class TargetTracking:
    """The two requests that let a variant scale.

    Parameters
    ----------
    target : dict
        Arguments of RegisterScalableTarget.
    policy : dict
        Arguments of PutScalingPolicy.
    """

    target: dict[str, Any]
    policy: dict[str, Any]


def resource_id(endpoint: str, variant: str) -> str:
    """Return what Application Auto Scaling calls a variant."""
    return f"endpoint/{endpoint}/variant/{variant}"


def claimed(target: Mapping[str, Any], claims: Claims, now: datetime) -> dict[str, Any]:
    """Return a target with the limits that the claims leave to it.

    Parameters
    ----------
    target : mapping
        Arguments of RegisterScalableTarget, with the spec's limits within the budget.
    """
    limits = bounds(claims, int(target["MinCapacity"]), int(target["MaxCapacity"]), now)
    return {**target, "MinCapacity": limits.fewest, "MaxCapacity": limits.most}


def held(target: Mapping[str, Any], floor: int, *, out: bool) -> dict[str, Any]:
    """Return a target that does not scale below a count, nor in.

    Parameters
    ----------
    target : mapping
        Arguments of RegisterScalableTarget.
    out : bool
        Whether scaling out is held as well: it would come between two changes of the endpoint.
    """
    most = max(int(target["MaxCapacity"]), floor)
    limits = {"MinCapacity": floor, "MaxCapacity": most}
    return {**target, **limits, "SuspendedState": _suspended(inwards=True, outwards=out)}


def free(target: Mapping[str, Any]) -> dict[str, Any]:
    """Return a target that scales both ways: what is not said stays as it was."""
    return {**target, "SuspendedState": _suspended(inwards=False, outwards=False)}


def _suspended(*, inwards: bool, outwards: bool) -> dict[str, bool]:
    return {
        "DynamicScalingInSuspended": inwards,
        "DynamicScalingOutSuspended": outwards,
        "ScheduledScalingSuspended": False,
    }


def target_tracking(  # noqa: PLR0913 - who, what and within which limits
    *,
    endpoint: str,
    variant: str,
    spec: EndpointSpec,
    instance_type: str,
    fewest: int,
    most: int,
) -> TargetTracking:
    """Return how a variant scales.

    Parameters
    ----------
    instance_type : str
        What the variant runs on, which may be a fallback of the spec's.
    fewest, most : int
        Limits, such as a plan's.
    """
    whose = {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": resource_id(endpoint, variant),
        "ScalableDimension": DIMENSION,
    }
    tracking = {
        **_metric(endpoint, variant, spec, instance_type),
        "ScaleOutCooldown": SCALE_OUT_COOLDOWN,
        "ScaleInCooldown": SCALE_IN_COOLDOWN,
    }
    return TargetTracking(
        target=whose | {"MinCapacity": fewest, "MaxCapacity": most},
        policy=whose
        | {
            "PolicyName": POLICY,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": tracking,
        },
    )


def _metric(endpoint: str, variant: str, spec: EndpointSpec, instance_type: str) -> dict[str, Any]:
    metric, target = spec.scaling.metric, float(spec.scaling.target)
    if metric in _PREDEFINED:
        return {
            "TargetValue": target,
            "PredefinedMetricSpecification": {"PredefinedMetricType": _PREDEFINED[metric]},
        }
    return {
        # CloudWatch adds up the cores: four busy ones make 400 %.
        "TargetValue": target * vcpus(instance_type),
        "CustomizedMetricSpecification": {
            "Namespace": "/aws/sagemaker/Endpoints",
            "MetricName": "CPUUtilization",
            "Dimensions": [
                {"Name": "EndpointName", "Value": endpoint},
                {"Name": "VariantName", "Value": variant},
            ],
            "Statistic": "Average",
            "Unit": "Percent",
        },
    }


def live_floor(current: int, fewest: int) -> int:
    """Return the count below which the live variant must not scale during a release.

    Its own count: as its share of the requests falls, scaling in would take away what a rollback
    needs at once.
    """
    return max(current, fewest, 1)
