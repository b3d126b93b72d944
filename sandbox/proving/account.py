"""What Slipway has made in an account, read as its administrator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox.testing import Sandbox


@dataclass(frozen=True)
class Holdings:
    """Everything in the account that releases make.

    Attributes
    ----------
    endpoints
        DescribeEndpoint's answers by name.
    accepted
        Keys of the artifacts that models refer to.
    running
        ARNs of the executions that run.
    """

    endpoints: dict[str, dict[str, Any]]
    configs: list[str]
    models: list[str]
    alarms: list[str]
    targets: list[str]
    dashboards: list[str]
    schedules: list[str]
    accepted: list[str]
    running: list[str]


def holdings(sandbox: Sandbox) -> Holdings:
    """Read the account."""
    sagemaker = sandbox.client("sagemaker")
    names = _names(sandbox, "sagemaker", "list_endpoints", "Endpoints", "EndpointName")
    scaling = ("application-autoscaling", "describe_scalable_targets", "ScalableTargets")
    workflows = sandbox.account.workflows.all_executions()
    return Holdings(
        endpoints={name: sagemaker.describe_endpoint(EndpointName=name) for name in names},
        configs=_names(
            sandbox, "sagemaker", "list_endpoint_configs", "EndpointConfigs", "EndpointConfigName"
        ),
        models=_names(sandbox, "sagemaker", "list_models", "Models", "ModelName"),
        alarms=_alarms(sandbox),
        targets=_names(sandbox, *scaling, "ResourceId", ServiceNamespace="sagemaker"),
        dashboards=_names(
            sandbox, "cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"
        ),
        schedules=_names(sandbox, "scheduler", "list_schedules", "Schedules", "Name"),
        accepted=_accepted(sandbox),
        running=[each.exec_arn for each in workflows if each.status == "RUNNING"],
    )


def answers(sandbox: Sandbox, endpoint: str) -> str | None:
    """Ask an endpoint as a user does; return why it does not answer, or None."""
    try:
        sandbox.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=endpoint, Body=b"0,0", ContentType="text/csv"
        )
    except ClientError as error:
        return str(error)
    return None


def _names(
    sandbox: Sandbox, service: str, operation: str, member: str, name: str, **given: str
) -> list[str]:
    client = sandbox.client(service)
    if not client.can_paginate(operation):
        return [each[name] for each in getattr(client, operation)(**given)[member]]
    pages = client.get_paginator(operation).paginate(**given)
    return [each[name] for page in pages for each in page[member]]


def _alarms(sandbox: Sandbox) -> list[str]:
    """Return the alarms of endpoints: Slipway's own and target tracking's, not the stack's."""
    pages = sandbox.client("cloudwatch").get_paginator("describe_alarms").paginate()
    names = [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]]
    return [name for name in names if "/" in name and name.startswith(("slipway-", "TargetTrack"))]


def _accepted(sandbox: Sandbox) -> list[str]:
    bucket = sandbox.outputs["ArtifactBucketName"]
    pages = sandbox.client("s3").get_paginator("list_objects_v2")
    found = pages.paginate(Bucket=bucket, Prefix="accepted/")
    return [each["Key"] for page in found for each in page.get("Contents", [])]
