"""All that somebody chose about an endpoint, to be compared field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.client import BaseClient

# What changes whenever something is made anew, and what nobody chose.
_OF_THE_MOMENT = {
    "AlarmConfigurationUpdatedTimestamp",
    "CreationTime",
    "DeployedImages",
    "LastModificationDate",
    "LastModifiedTime",
    "ResponseMetadata",
    "ScalableTargetARN",
    "StateReason",
    "StateReasonData",
    "StateTransitionedTimestamp",
    "StateUpdatedTimestamp",
    "StateValue",
}


def picture(client: Callable[[str], BaseClient], name: str) -> dict[str, Any]:
    """Return endpoint, configuration, tags, scaling, alarms and schedules.

    Parameters
    ----------
    client
        Returns a service's client.
    name
        The endpoint, which has to exist.
    """
    sagemaker = client("sagemaker")
    described = sagemaker.describe_endpoint(EndpointName=name)
    config = described["EndpointConfigName"]
    chosen: dict[str, Any] = _chosen(
        {
            "endpoint": described,
            "config": sagemaker.describe_endpoint_config(EndpointConfigName=config),
            "tags": sagemaker.list_tags(ResourceArn=described["EndpointArn"])["Tags"],
            "alarms": _alarms(client("cloudwatch"), f"slipway-{name}/"),
            "tracking": len(_alarms(client("cloudwatch"), f"TargetTracking-endpoint/{name}/")),
            "schedules": _schedules(client("scheduler"), f"slipway-{name}."),
            **_scaling(client("application-autoscaling"), f"endpoint/{name}/"),
        }
    )
    return chosen


def _scaling(client: Any, prefix: str) -> dict[str, Any]:
    targets = client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    actions = client.describe_scheduled_actions(ServiceNamespace="sagemaker")["ScheduledActions"]
    policies = client.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]
    return {
        "targets": [each for each in targets if each["ResourceId"].startswith(prefix)],
        "actions": [each for each in actions if each["ResourceId"].startswith(prefix)],
        "policies": [
            {**each, "PolicyARN": "", "Alarms": len(each["Alarms"])}
            for each in policies
            if each["ResourceId"].startswith(prefix)
        ],
    }


def _alarms(client: Any, prefix: str) -> list[dict[str, Any]]:
    found = client.describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
    return [
        {**alarm, "Tags": client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]}
        for alarm in found
    ]


def _schedules(client: Any, prefix: str) -> list[dict[str, Any]]:
    found = client.list_schedules(NamePrefix=prefix)["Schedules"]
    return [client.get_schedule(Name=each["Name"]) for each in found]


def _chosen(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _chosen(v) for k, v in value.items() if k not in _OF_THE_MOMENT}
    return [_chosen(each) for each in value] if isinstance(value, list) else value
