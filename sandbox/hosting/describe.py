"""DescribeEndpoint's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.gateway import AwsError
from sandbox.hosting.machine import Status

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.hosting.machine import Endpoint, Pending
    from sandbox.hosting.store import Store
    from sandbox.hosting.variants import Variant


def endpoint_description(store: Store, endpoint: Endpoint) -> dict[str, Any]:
    """Return what DescribeEndpoint says of an endpoint."""
    answer: dict[str, Any] = {
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.config_name,
        "EndpointStatus": str(endpoint.status),
        "CreationTime": endpoint.created,
        "LastModifiedTime": endpoint.modified,
    }
    if endpoint.variants:
        variants = endpoint.variants
        answer["ProductionVariants"] = [_variant(store, endpoint, each) for each in variants]
    if endpoint.pending is not None:
        answer["PendingDeploymentSummary"] = _pending(store, endpoint)
    if endpoint.failure is not None:
        answer["FailureReason"] = endpoint.failure
    capture = _capture(store, endpoint)
    return answer if capture is None else {**answer, "DataCaptureConfig": capture}


def _variant(store: Store, endpoint: Endpoint, variant: Variant) -> dict[str, Any]:
    answer = {
        "VariantName": variant.name,
        "DeployedImages": _images(store, variant, endpoint.modified),
        "CurrentWeight": variant.weight,
        "DesiredWeight": variant.desired_weight,
        "CurrentInstanceCount": variant.count,
        "DesiredInstanceCount": variant.desired_count,
    }
    if variant.settled() != variant:
        answer["VariantStatus"] = [{"Status": "Updating", "StartTime": endpoint.modified}]
    return answer


def _pending(store: Store, endpoint: Endpoint) -> dict[str, Any]:
    pending = endpoint.pending
    assert pending is not None, f"{endpoint.name} has nothing pending"
    return {
        "EndpointConfigName": pending.config_name,
        "StartTime": pending.started,
        "ProductionVariants": [
            {
                "VariantName": variant.name,
                "DeployedImages": _images(store, variant, pending.started),
                "CurrentInstanceCount": pending.active.get(variant.name, 0),
                "DesiredInstanceCount": variant.desired_count,
                "DesiredWeight": variant.desired_weight,
                "InstanceType": variant.instance_type,
                "VariantStatus": [_activity(endpoint, pending)],
            }
            for variant in pending.variants
        ],
    }


def _activity(endpoint: Endpoint, pending: Pending) -> dict[str, Any]:
    activity = pending.activity
    if activity is None:
        state = "Creating" if endpoint.status is Status.CREATING else "Updating"
        return {"Status": state, "StartTime": pending.started}
    shown = {"Status": activity.status, "StartTime": activity.since}
    return {**shown, "StatusMessage": activity.message} if activity.message else shown


def _images(store: Store, variant: Variant, resolved: datetime) -> list[dict[str, Any]]:
    model = store.models.get(variant.settings["ModelName"])
    if model is None:
        return []
    image = model.container["Image"]
    return [{"SpecifiedImage": image, "ResolvedImage": image, "ResolutionTime": resolved}]


def _capture(store: Store, endpoint: Endpoint) -> dict[str, Any] | None:
    try:
        settings = store.config(endpoint.config_name).request.get("DataCaptureConfig")
    except AwsError:
        return None
    if not settings:
        return None
    enabled = settings.get("EnableCapture", False)
    answer = {
        "EnableCapture": enabled,
        "CaptureStatus": "Started" if enabled else "Stopped",
        "CurrentSamplingPercentage": settings["InitialSamplingPercentage"],
        "DestinationS3Uri": settings["DestinationS3Uri"],
    }
    key = settings.get("KmsKeyId")
    # The output's shape requires a key; without one SageMaker answers an empty string.
    return {**answer, "KmsKeyId": key or ""}
