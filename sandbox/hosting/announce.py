"""The events that SageMaker puts onto the default bus about endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.account import Account
    from sandbox.hosting.machine import Endpoint, Pending
    from sandbox.hosting.variants import Variant

DETAIL_TYPE = "SageMaker Endpoint State Change"
DEPLOYMENT_DETAIL_TYPE = "SageMaker Endpoint Deployment State Change"


def status(account: Account, endpoint: Endpoint, tags: dict[str, str]) -> None:
    """Tell the bus which status an endpoint has now."""
    account.emit("aws.sagemaker", DETAIL_TYPE, detail(endpoint, tags), [endpoint.arn])


def deployment(account: Account, endpoint: Endpoint, tags: dict[str, str]) -> None:
    """Tell the bus what a deployment, or a change of counts, is doing."""
    content = detail(endpoint, tags)
    for shown, variant in zip(content["ProductionVariants"], endpoint.variants, strict=False):
        if variant.desired_count != variant.count:
            shown["VariantStatus"] = [_scaling(endpoint, variant)]
    if endpoint.pending is not None:
        content["PendingDeploymentSummary"] = _pending(endpoint.pending)
    account.emit("aws.sagemaker", DEPLOYMENT_DETAIL_TYPE, content, [endpoint.arn])


def detail(endpoint: Endpoint, tags: dict[str, str]) -> dict[str, Any]:
    """Return the event's detail."""
    variants = endpoint.variants
    if not variants and endpoint.pending is not None:
        variants = endpoint.pending.variants
    content: dict[str, Any] = {
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.config_name,
        "ProductionVariants": [_variant(variant) for variant in variants],
        "EndpointStatus": endpoint.status.in_event,
        "CreationTime": _milliseconds(endpoint.created),
        "LastModifiedTime": _milliseconds(endpoint.modified),
        "Tags": tags,
    }
    if endpoint.failure is not None:
        content["FailureReason"] = endpoint.failure
    return content


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "VariantName": variant.name,
        "CurrentWeight": variant.weight,
        "DesiredWeight": variant.desired_weight,
        "CurrentInstanceCount": variant.count,
        "DesiredInstanceCount": variant.desired_count,
    }


def _scaling(endpoint: Endpoint, variant: Variant) -> dict[str, Any]:
    way = "out" if variant.desired_count > variant.count else "in"
    return {
        "Status": "Updating",
        "StatusMessage": f"Scaling {way} desired instance count to {variant.desired_count}.",
        "StartTime": _milliseconds(endpoint.modified),
    }


def _pending(pending: Pending) -> dict[str, Any]:
    activity = pending.activity
    status = (
        {}
        if activity is None
        else {
            "VariantStatus": [
                {
                    "Status": activity.status,
                    "StatusMessage": activity.message,
                    "StartTime": _milliseconds(activity.since),
                }
            ]
        }
    )
    return {
        "EndpointConfigName": pending.config_name,
        "StartTime": _milliseconds(pending.started),
        "ProductionVariants": [
            {
                **_variant(variant),
                "CurrentInstanceCount": pending.active.get(variant.name, 0),
                **status,
            }
            for variant in pending.variants
        ],
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
