"""What the page of controls promises of the template, beside what stands in the other rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.naming import quarantine_key, staging_key
from tests.unit.conventions.rules.reading import (
    MACHINES,
    as_list,
    identity_policies,
    logging_of,
    of_kind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conventions.rules.reading import Template

# Actions that know no resources; each statement says so in its comment.
WITHOUT_RESOURCES = {
    "application-autoscaling:DescribeScalingActivities",
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
    "cloudwatch:GetMetricData",
    "cloudwatch:PutMetricData",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ecr:GetAuthorizationToken",
    "scheduler:ListSchedules",
    "sagemaker:ListEndpoints",
    "sagemaker:ListEndpointConfigs",
    "sagemaker:ListModels",
    "servicequotas:ListAWSDefaultServiceQuotas",
    "servicequotas:ListServiceQuotas",
    "states:SendTaskFailure",
    "states:SendTaskSuccess",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
}
_BUCKET_POLICY = "AWS::S3::BucketPolicy"
CLOSED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
# Days after which the artifact bucket forgets what lies under a prefix; never by itself elsewhere.
FORGOTTEN = {"": None, "staging/": 1, "quarantine/": 90}
OUTLIVING = (
    "ArtifactBucket",
    "Key",
    "LedgerTable",
    "MonitoringBucket",
    "NotificationTopic",
    "NotificationTopicPolicy",
    "SageMakerExecutionRole",
)


def no_action_is_a_wildcard(template: Template) -> Iterator[str]:
    for name, statement in identity_policies(template):
        if "NotAction" in statement:
            yield f"{name} {statement.get('Sid')}: all actions but some"
        for action in as_list(statement.get("Action", [])):
            if "*" in action or "?" in action:
                yield f"{name} {statement.get('Sid')}: {action}"


def statements_name_their_resources(template: Template) -> Iterator[str]:
    for name, statement in identity_policies(template):
        if not statement.get("Sid"):
            yield f"{name} has a statement without a Sid"
        if "NotResource" in statement:
            yield f"{name} {statement.get('Sid')}: all resources but some"
        unnamed = set(as_list(statement["Action"])) - WITHOUT_RESOURCES
        if "*" in as_list(statement.get("Resource", [])) and unnamed:
            yield f"{name} {statement.get('Sid')}: any resource for {', '.join(sorted(unnamed))}"


def buckets_are_versioned_and_closed(template: Template) -> Iterator[str]:
    guarded = [policy["Bucket"].get("Ref") for _, policy in of_kind(template, _BUCKET_POLICY)]
    for name, bucket in of_kind(template, "AWS::S3::Bucket"):
        if bucket.get("PublicAccessBlockConfiguration") != CLOSED:
            yield f"{name} is not closed"
        if bucket.get("VersioningConfiguration") != {"Status": "Enabled"}:
            yield f"{name} keeps no old versions"
        if "BucketEncryption" not in bucket:
            yield f"{name} is not encrypted"
        if name not in guarded:
            yield f"{name} has no policy"


def what_nobody_needs_is_forgotten(template: Template) -> Iterator[str]:
    bucket = template["Resources"]["ArtifactBucket"]["Properties"]
    rules = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
    days = {rule.get("Prefix", ""): rule.get("ExpirationInDays") for rule in rules}
    if days != FORGOTTEN:
        yield f"The artifact bucket forgets after {days}, not after {FORGOTTEN}"
    for key in (staging_key("1-x"), quarantine_key("1-x")):
        if not key.startswith(tuple(prefix for prefix in FORGOTTEN if prefix)):
            yield f"{key} is never forgotten"


def what_endpoints_need_outlives_the_stack(template: Template) -> Iterator[str]:
    for name in OUTLIVING:
        resource: dict[str, Any] = template["Resources"][name]
        if {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")} != {"Retain"}:
            yield f"{name} goes with the stack"


def workflows_tell_what_they_do(template: Template) -> Iterator[str]:
    for name, machine in of_kind(template, *MACHINES):
        if logging_of(machine).get("Level") != "ALL":
            yield f"{name} does not log every event"
        if (machine.get("Tracing") or machine.get("TracingConfiguration")) != {"Enabled": True}:
            yield f"{name} is not traced"


PROMISED = (
    no_action_is_a_wildcard,
    statements_name_their_resources,
    buckets_are_versioned_and_closed,
    what_nobody_needs_is_forgotten,
    what_endpoints_need_outlives_the_stack,
    workflows_tell_what_they_do,
)
