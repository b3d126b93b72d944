"""What the rules read of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Template = dict[str, Any]

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
MACHINES = ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine")
# Policies that stand at a resource: their type, the property that names the resources, the type of
# those, and what a refusal of plain HTTP must refuse at least.
RESOURCE_POLICIES = {
    "AWS::S3::BucketPolicy": ("Bucket", "AWS::S3::Bucket", "s3:*"),
    "AWS::SNS::TopicPolicy": ("Topics", "AWS::SNS::Topic", "sns:Publish"),
    "AWS::SQS::QueuePolicy": ("Queues", "AWS::SQS::Queue", "sqs:*"),
}


def of_kind(template: Template, *kinds: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the properties of each resource of some types, by logical id."""
    for name, resource in template["Resources"].items():
        if resource["Type"] in kinds:
            yield name, resource.get("Properties", {})


def logging_of(machine: dict[str, Any]) -> dict[str, Any]:
    """Return what a workflow logs, as it is written or as SAM translates it."""
    found: dict[str, Any] = machine.get("Logging") or machine.get("LoggingConfiguration") or {}
    return found


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements_of(policy: dict[str, Any]) -> list[dict[str, Any]]:
    document = policy.get("PolicyDocument") or policy["KeyPolicy"]
    # Where a parameter decides, what is said if it is given.
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in document["Statement"]]


def resource_policies(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every statement of a policy that stands at a resource."""
    for name, policy in of_kind(template, *RESOURCE_POLICIES, "AWS::KMS::Key"):
        yield from ((name, statement) for statement in statements_of(policy))


def identity_policies(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every statement of a policy of a role."""
    for name, role in of_kind(template, "AWS::IAM::Role"):
        for policy in role.get("Policies", []):
            yield from ((name, statement) for statement in statements_of(policy))
    for name, policy in of_kind(template, "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        yield from ((name, statement) for statement in statements_of(policy))
