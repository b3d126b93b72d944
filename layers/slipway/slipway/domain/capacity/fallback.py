"""The same endpoint on another instance type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.instances import has_local_storage, vcpus

if TYPE_CHECKING:
    from collections.abc import Mapping

_CPU = "CPUUtilization"


def config_on(config: Mapping[str, Any], kind: str, name: str) -> dict[str, Any]:
    """Return the arguments of CreateEndpointConfig with another type for every variant.

    Parameters
    ----------
    config : mapping
        The arguments that it was made with.
    kind : str
        The instance type.
    name : str
        What the new configuration is called.
    """
    variants = [{**variant, "InstanceType": kind} for variant in config["ProductionVariants"]]
    request = {**config, "EndpointConfigName": name, "ProductionVariants": variants}
    # SageMaker refuses a key for volumes that the hardware encrypts; captures have the same key.
    key = config.get("KmsKeyId") or config.get("DataCaptureConfig", {}).get("KmsKeyId")
    request.pop("KmsKeyId", None)
    return request if has_local_storage(kind) or not key else {**request, "KmsKeyId": key}


def config_name(stem: str, digest: str, kind: str, longest: int = 63) -> str:
    """Return what the configuration of a release on another type is called.

    Parameters
    ----------
    stem : str
        The name of the release's own configuration.
    digest : str
        What tells the release from all others; the name keeps it.
    """
    suffix = f"{kind.removeprefix('ml.').replace('.', '-')}-{digest}"
    return f"{stem.removesuffix(f'-{digest}')[: longest - 1 - len(suffix)].rstrip('-')}-{suffix}"


def alarm_on(alarm: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return an alarm for another type: CPU is counted per core."""
    if alarm.get("MetricName") != _CPU:
        return dict(alarm)
    return {**alarm, "Threshold": float(alarm["Threshold"]) * vcpus(new) / vcpus(old)}


def target_on(target: Mapping[str, Any], kind: str, most: Mapping[str, int]) -> dict[str, Any]:
    """Return a scalable target for another type, of which the budget may reach for fewer.

    Parameters
    ----------
    most : mapping of str to int
        The most instances of each type, as far as they are known.
    """
    limit = int(most.get(kind, target["MaxCapacity"]))
    return {**target, "MaxCapacity": max(int(target["MinCapacity"]), limit)}


def policy_on(policy: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a scaling policy for another type: CPU is counted per core."""
    member = "TargetTrackingScalingPolicyConfiguration"
    tracking = policy.get(member, {})
    if tracking.get("CustomizedMetricSpecification", {}).get("MetricName") != _CPU:
        return dict(policy)
    target = float(tracking["TargetValue"]) * vcpus(new) / vcpus(old)
    return {**policy, member: {**tracking, "TargetValue": target}}
