"""Who may do what, by the policies of roles and of resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit.conventions.rules.reading import (
    RESOURCE_POLICIES,
    as_list,
    identity_policies,
    of_kind,
    resource_policies,
    statements_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conventions.rules.reading import Template

_BY_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def only_tls_reaches_buckets_topics_and_queues(template: Template) -> Iterator[str]:
    for kind, (named, guarded, action) in RESOURCE_POLICIES.items():
        refusing = {
            reference["Ref"]
            for _, policy in of_kind(template, kind)
            if any(_refuses_plain_http(each, action) for each in statements_of(policy))
            for reference in as_list(policy[named])
        }
        for name, _ in of_kind(template, guarded):
            if name not in refusing:
                yield f"{name} can be reached without TLS"


def _refuses_plain_http(statement: dict[str, Any], action: str) -> bool:
    said = (statement["Effect"], statement["Principal"], statement.get("Condition"))
    return said == ("Deny", "*", _BY_TLS) and action in as_list(statement["Action"])


def everybody_is_only_ever_refused(template: Template) -> Iterator[str]:
    for name, statement in resource_policies(template):
        principal = statement["Principal"]
        everybody = principal == "*" or (isinstance(principal, dict) and "*" in _flat(principal))
        if everybody and statement["Effect"] != "Deny":
            yield f"{name}: {statement['Sid']} is about everybody"
    for name, role in of_kind(template, "AWS::IAM::Role"):
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            if list(statement["Principal"]) != ["Service"] or "*" in _flat(statement["Principal"]):
                yield f"{name} can be taken by others than a service"


def _flat(principal: dict[str, Any]) -> list[Any]:
    return [each for value in principal.values() for each in as_list(value)]


def services_act_for_what_is_ours(template: Template) -> Iterator[str]:
    """A service that may do something to a resource does it for one of our own resources."""
    for name, statement in resource_policies(template):
        if isinstance(statement["Principal"], dict) and "Service" in statement["Principal"]:
            conditions = {key for test in statement.get("Condition", {}).values() for key in test}
            if not any(_names_ours(key) for key in conditions):
                yield f"{name}: {statement['Sid']} lets a service in for anybody"
    for name, policy in of_kind(template, "AWS::SQS::QueuePolicy"):
        for statement in statements_of(policy):
            tested = [key for test in statement.get("Condition", {}).values() for key in test]
            if statement["Effect"] == "Allow" and "aws:SourceArn" not in tested:
                yield f"{name}: {statement['Sid']} has no aws:SourceArn"
    for name, permission in of_kind(template, "AWS::Lambda::Permission"):
        if "SourceArn" not in permission or permission["Principal"] == "*":
            yield f"{name} has no SourceArn"


def _names_ours(key: str) -> bool:
    return key in {"aws:SourceAccount", "aws:SourceArn"} or "EncryptionContext" in key


def whoever_calls_a_url_is_known(template: Template) -> Iterator[str]:
    for name, function in of_kind(template, "AWS::Serverless::Function"):
        if function.get("FunctionUrlConfig", {"AuthType": "AWS_IAM"})["AuthType"] != "AWS_IAM":
            yield f"{name} answers anybody"
    for name, url in of_kind(template, "AWS::Lambda::Url"):
        if url["AuthType"] != "AWS_IAM":
            yield f"{name} answers anybody"


def roles_have_only_what_is_written_here(template: Template) -> Iterator[str]:
    ours = {name for name, _ in of_kind(template, "AWS::IAM::ManagedPolicy")}
    for name, role in of_kind(template, "AWS::IAM::Role"):
        for policy in role.get("ManagedPolicyArns", []):
            if not isinstance(policy, dict) or policy.get("Ref") not in ours:
                yield f"{name} has {policy}, which is not written here"


def roles_are_passed_to_one_service(template: Template) -> Iterator[str]:
    for name, statement in identity_policies(template):
        if "iam:PassRole" in as_list(statement["Action"]):
            passed = statement.get("Condition", {}).get("StringEquals", {})
            named = all(isinstance(each, dict) for each in as_list(statement["Resource"]))
            if "iam:PassedToService" not in passed or not named:
                yield f"{name}: {statement['Sid']} passes roles to whatever service"


def statements_have_names(template: Template) -> Iterator[str]:
    for name, statement in (*identity_policies(template), *resource_policies(template)):
        if not statement.get("Sid"):
            yield f"{name} has a statement without a Sid"
