"""What an endpoint is made of, read back as the requests that make it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults
from slipway.adapters.hosting_faults import hosting_faults, is_absent
from slipway.errors import EndpointMissing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CONFIG = (
    "EndpointConfigName ProductionVariants DataCaptureConfig KmsKeyId AsyncInferenceConfig "
    "ExplainerConfig ShadowProductionVariants ExecutionRoleArn VpcConfig EnableNetworkIsolation "
    "MetricsConfig"
).split()
_WHOSE = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_TARGET = (*_WHOSE, "MinCapacity", "MaxCapacity", "SuspendedState")
_POLICY = (
    *_WHOSE,
    "PolicyName",
    "PolicyType",
    "TargetTrackingScalingPolicyConfiguration",
    "StepScalingPolicyConfiguration",
    "PredictiveScalingPolicyConfiguration",
)
_ACTION = (
    *_WHOSE,
    "ScheduledActionName",
    "Schedule",
    "Timezone",
    "StartTime",
    "EndTime",
    "ScalableTargetAction",
)
_ALARM = (
    "AlarmName AlarmDescription ActionsEnabled OKActions AlarmActions InsufficientDataActions "
    "MetricName Namespace Statistic ExtendedStatistic Dimensions Period Unit EvaluationPeriods "
    "DatapointsToAlarm Threshold ComparisonOperator TreatMissingData "
    "EvaluateLowSampleCountPercentile Metrics ThresholdMetricId"
).split()


class AccountMirror:
    """Implements EndpointMirror."""

    def tags(self, endpoint: str) -> dict[str, str]:
        """Return the endpoint's own tags; none if it does not exist."""
        from botocore.exceptions import ClientError

        try:
            with hosting_faults():
                arn = client("sagemaker").describe_endpoint(EndpointName=endpoint)["EndpointArn"]
                pages = client("sagemaker").get_paginator("list_tags").paginate(ResourceArn=arn)
                found = [tag for page in pages for tag in page["Tags"]]
        except ClientError as error:
            if is_absent(error):
                return {}
            raise
        return _own(found)

    def config(self, name: str) -> dict[str, Any]:
        """Return the arguments of CreateEndpointConfig; raise EndpointMissing if it is gone."""
        from botocore.exceptions import ClientError

        try:
            with hosting_faults():
                found = client("sagemaker").describe_endpoint_config(EndpointConfigName=name)
                pages = client("sagemaker").get_paginator("list_tags")
                listed = pages.paginate(ResourceArn=found["EndpointConfigArn"])
                tags = _own([tag for page in listed for tag in page["Tags"]])
        except ClientError as error:
            if is_absent(error):
                raise EndpointMissing(f"Endpoint configuration {name} is gone") from error
            raise
        return {
            **_chosen(found, _CONFIG),
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }

    def scaling(
        self, resource_id: str
    ) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
        """Return the arguments of RegisterScalableTarget and of each PutScalingPolicy."""
        targets = _scaling(
            "describe_scalable_targets", "ScalableTargets", ResourceIds=[resource_id]
        )
        policies = _scaling("describe_scaling_policies", "ScalingPolicies", ResourceId=resource_id)
        return (
            [_chosen(each, _TARGET) for each in targets],
            [_chosen(each, _POLICY) for each in policies],
        )

    def actions(self, resource_id: str) -> list[dict[str, Any]]:
        """Return the arguments of each PutScheduledAction, moments as ISO 8601."""
        found = _scaling("describe_scheduled_actions", "ScheduledActions", ResourceId=resource_id)
        return [
            {
                name: value.isoformat() if name in {"StartTime", "EndTime"} else value
                for name, value in _chosen(each, _ACTION).items()
            }
            for each in found
        ]

    def alarms(self, prefix: str) -> list[dict[str, Any]]:
        """Return the arguments of PutMetricAlarm for alarms whose names begin so."""
        with passing_faults():
            pages = client("cloudwatch").get_paginator("describe_alarms")
            listed = pages.paginate(AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm"])
            return [_chosen(alarm, _ALARM) for page in listed for alarm in page["MetricAlarms"]]


def _scaling(operation: str, member: str, **whose: Any) -> Iterator[dict[str, Any]]:
    with passing_faults():
        pages = client("application-autoscaling").get_paginator(operation)
        for page in pages.paginate(ServiceNamespace="sagemaker", **whose):
            yield from page[member]


def _chosen(found: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return what a request takes, without what is empty: that is as if it were not said."""
    return {name: found[name] for name in names if found.get(name) not in (None, [], "")}


def _own(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    # AWS keeps this prefix to itself and refuses it in a request.
    return {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws:")}
