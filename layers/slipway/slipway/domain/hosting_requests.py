"""What SageMaker is asked for, from what the ledger has planned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# SageMaker encrypts local NVMe disks itself and refuses a key for instances that have them.
_LOCAL_DISKS = re.compile(r"^ml\.(\w+d|\w+dn|g\d\w*|p4\w*|p5\w*|i\d\w*|trn\d\w*|inf2)\.")


@dataclass(frozen=True, slots=True)
class HostingAccount:
    """What every model of this stack is served with.

    Parameters
    ----------
    role : str
        ARN of the role that SageMaker takes.
    capture : str
        S3 URI below which captures are written.
    key : str
        ARN of the key for volumes and captures.
    """

    role: str
    capture: str
    key: str


def tags_of(plan: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags by which people and policies know what Slipway made."""
    return {
        "slipway:managed": "true",
        "slipway:endpoint": plan["endpoint"],
        "slipway:release": plan["release"],
        "slipway:version": plan["version"],
    }


def model_request(plan: Mapping[str, Any], account: HostingAccount) -> dict[str, Any]:
    """Return the arguments of CreateModel."""
    return {
        "ModelName": plan["model"],
        "ExecutionRoleArn": account.role,
        "PrimaryContainer": {
            "Image": plan["image"],
            "ModelDataUrl": plan["model_data"],
            "Environment": dict(plan["environment"]),
        },
        "EnableNetworkIsolation": plan["network_isolation"],
        "Tags": _listed(tags_of(plan)),
    }


def config_request(plan: Mapping[str, Any], account: HostingAccount) -> dict[str, Any]:
    """Return the arguments of CreateEndpointConfig."""
    request: dict[str, Any] = {
        "EndpointConfigName": plan["config"],
        "ProductionVariants": [
            {
                "VariantName": plan["variant"],
                "ModelName": plan["model"],
                "InitialInstanceCount": plan["instance_count"],
                "InstanceType": plan["instance_type"],
                "InitialVariantWeight": 1.0,
            }
        ],
        "Tags": _listed(tags_of(plan)),
    }
    if plan["capture_percentage"]:
        request["DataCaptureConfig"] = _capture(plan["capture_percentage"], account)
    if not _LOCAL_DISKS.match(plan["instance_type"]):
        request["KmsKeyId"] = account.key
    return request


def _capture(percentage: int, account: HostingAccount) -> dict[str, Any]:
    return {
        "EnableCapture": True,
        "InitialSamplingPercentage": percentage,
        # SageMaker appends <endpoint>/<variant>/yyyy/mm/dd/hh.
        "DestinationS3Uri": account.capture,
        "KmsKeyId": account.key,
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json", "application/jsonlines"],
        },
    }


def _listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in tags.items()]
