"""A plan as the requests that SageMaker takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.instances import has_local_storage
from slipway.domain.naming import ENDPOINT_TAG

if TYPE_CHECKING:
    from slipway.domain.plan import ReleasePlan
    from slipway.domain.release import LiveRelease

CAPTURE_PREFIX = "capture"
_NO_NETWORK = "none"


@dataclass(frozen=True, slots=True)
class Network:
    """The private network that models run in.

    Parameters
    ----------
    subnets : tuple of str
        Their ids; instances start in the zones of these subnets only.
    groups : tuple of str
        Ids of the security groups.
    """

    subnets: tuple[str, ...]
    groups: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Network | None:
        """Read `subnet-1,subnet-2;sg-1`, as the template writes it; None for `none`."""
        if text == _NO_NETWORK:
            return None
        subnets, groups = (tuple(part.split(",")) for part in text.split(";"))
        return cls(subnets, groups)


def release_tags(plan: ReleasePlan) -> dict[str, str]:
    """Return the tags of everything that the release makes."""
    return {
        ENDPOINT_TAG: plan.names.endpoint,
        "slipway:version": plan.names.version,
        "slipway:digest": plan.names.digest,
    }


def model_request(
    plan: ReleasePlan, role_arn: str, network: Network | None = None
) -> dict[str, Any]:
    """Return the arguments of CreateModel.

    Parameters
    ----------
    plan : ReleasePlan
        The plan.
    role_arn : str
        Role as which SageMaker reads the artifact and runs the container.
    network : Network or None
        Network through which SageMaker loads the artifact and writes captures.
    """
    request: dict[str, Any] = {
        "ModelName": plan.names.model,
        "PrimaryContainer": {
            "Image": plan.image,
            "ModelDataUrl": plan.model_uri,
            "Environment": dict(plan.environment),
        },
        "ExecutionRoleArn": role_arn,
        # A model is somebody's code: it gets no network (Security Hub SageMaker.5).
        "EnableNetworkIsolation": True,
        "Tags": _tags(plan),
    }
    if network is not None:
        # The container itself stays without a network: the way is SageMaker's.
        places = {"Subnets": list(network.subnets), "SecurityGroupIds": list(network.groups)}
        request["VpcConfig"] = places
    return request


def endpoint_config_request(
    plan: ReleasePlan, monitoring_bucket: str, key_arn: str
) -> dict[str, Any]:
    """Return the arguments of CreateEndpointConfig for the new variant alone.

    Parameters
    ----------
    plan : ReleasePlan
        The plan.
    monitoring_bucket : str
        Bucket that captured requests are written to.
    key_arn : str
        KMS key that encrypts them and the instances' volumes.
    """
    request: dict[str, Any] = {
        "EndpointConfigName": plan.names.endpoint_config,
        "ProductionVariants": [
            {
                "VariantName": plan.names.variant,
                "ModelName": plan.names.model,
                "InstanceType": plan.instance_type,
                "InitialInstanceCount": plan.instance_count,
                "InitialVariantWeight": 1.0,
            }
        ],
        "DataCaptureConfig": _capture(plan, monitoring_bucket, key_arn),
        "Tags": _tags(plan),
    }
    if not has_local_storage(plan.instance_type):
        request["KmsKeyId"] = key_arn
    return request


def canary_config_request(
    plan: ReleasePlan, live: LiveRelease, monitoring_bucket: str, key_arn: str
) -> dict[str, Any]:
    """Return the arguments of CreateEndpointConfig for what serves and the new variant beside it.

    What serves keeps the count and the weight that it has on the endpoint; these here are only
    where they would begin.

    Parameters
    ----------
    plan : ReleasePlan
        The plan of the new version.
    live : LiveRelease
        What serves.
    """
    request = endpoint_config_request(plan, monitoring_bucket, key_arn)
    (alone,) = request["ProductionVariants"]
    serving = {
        "VariantName": live.variant,
        "ModelName": live.model,
        "InstanceType": live.instance_type,
        "InitialInstanceCount": live.instance_count,
        "InitialVariantWeight": 100.0,
    }
    first = plan.steps[0].canary_instances
    canary = {**alone, "InitialInstanceCount": first, "InitialVariantWeight": 0.0}
    request["EndpointConfigName"] = plan.names.staged_config("canary")
    request["ProductionVariants"] = [serving, canary]
    if has_local_storage(live.instance_type):
        request.pop("KmsKeyId", None)
    return request


def _capture(plan: ReleasePlan, bucket: str, key_arn: str) -> dict[str, Any]:
    return {
        "EnableCapture": plan.sampling > 0,
        "InitialSamplingPercentage": plan.sampling,
        "DestinationS3Uri": f"s3://{bucket}/{CAPTURE_PREFIX}",
        "KmsKeyId": key_arn,
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        # What is not listed is captured as BASE64.
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json", "application/jsonlines"],
        },
    }


def _tags(plan: ReleasePlan) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in release_tags(plan).items()]
