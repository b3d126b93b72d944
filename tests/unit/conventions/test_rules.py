from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from tests.unit.conventions.changes import at, forget, made_of_it, network, put, written
from tests.unit.conventions.rules import RULES, access, objects, running, storage

by_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@by_rule
def test_the_template_keeps_the_rule(rule: Any) -> None:
    assert list(rule(written())) == []


@by_rule
def test_what_sam_makes_of_it_keeps_the_rule(rule: Any) -> None:
    assert list(rule(made_of_it())) == []


@by_rule
def test_the_network_keeps_the_rule(rule: Any) -> None:
    assert list(rule(network())) == []


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (running.every_role_takes_the_boundary, ("FlowLogRole", "PermissionsBoundary")),
        (running.everything_that_runs_has_a_log_group_of_its_own, ("FlowLog", "LogGroupName")),
        (storage.what_is_stored_is_under_the_customer_key, ("FlowLogGroup", "KmsKeyId")),
        (storage.keys_rotate, ("FlowLogKey", "EnableKeyRotation")),
    ],
)
def test_a_rule_sees_what_breaks_the_network(rule: Any, path: tuple[str, str]) -> None:
    template = deepcopy(network())
    forget(path[0], "Properties", path[1])(template["Resources"])
    assert list(rule(template)) != []


def test_a_boundary_may_be_the_accounts_own_or_one_of_awss() -> None:
    for template in (written(), network()):
        allowed = template["Parameters"]["PermissionsBoundaryArn"]["AllowedPattern"]
        for arn in ("", "arn:aws:iam::123456789012:policy/own", "arn:aws:iam::aws:policy/AWSs"):
            assert re.fullmatch(allowed, arn)
        assert not re.fullmatch(allowed, "arn:aws:iam::123456789012:role/own")


def _policy(name: str, index: int, *path: Any) -> tuple[Any, ...]:
    return (name, "Properties", "PolicyDocument", "Statement", index, *path)


def _trust(name: str) -> tuple[Any, ...]:
    statements = (name, "Properties", "AssumeRolePolicyDocument", "Statement")
    return (*statements, 0, "Principal")


_PASSING = ("CreateEndpointRole", "Properties", "Policies", 0, "PolicyDocument", "Statement")


def pass_to_anybody(resources: dict[str, Any]) -> None:
    statements = at(resources, _PASSING)
    (passing,) = (each for each in statements if each["Action"] == "iam:PassRole")
    del passing["Condition"]


# The first one must; the other has no business there.
SPARED = ("InspectArtifact", "TakeLease")

BROKEN: list[tuple[Any, Any]] = [
    (access.only_tls_reaches_buckets_topics_and_queues, forget("ArtifactBucketPolicy")),
    (
        access.only_tls_reaches_buckets_topics_and_queues,
        forget(*_policy("NotificationTopicPolicy", 1)),
    ),
    (
        access.only_tls_reaches_buckets_topics_and_queues,
        put("sqs:SendMessage", *_policy("FunctionDeadLettersPolicy", 0, "Action")),
    ),
    (
        access.only_tls_reaches_buckets_topics_and_queues,
        put({"AWS": "*"}, *_policy("MonitoringBucketPolicy", 0, "Principal")),
    ),
    (
        access.everybody_is_only_ever_refused,
        put("*", *_policy("NotificationTopicPolicy", 0, "Principal")),
    ),
    (
        access.everybody_is_only_ever_refused,
        put({"AWS": ["*"]}, *_policy("EventDeadLettersPolicy", 0, "Principal")),
    ),
    (access.everybody_is_only_ever_refused, put({"AWS": "*"}, *_trust("TakeLeaseRole"))),
    (
        access.services_act_for_what_is_ours,
        forget(*_policy("EventDeadLettersPolicy", 0, "Condition")),
    ),
    (
        access.services_act_for_what_is_ours,
        put(
            {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            *_policy("EventDeadLettersPolicy", 0, "Condition"),
        ),
    ),
    (
        access.services_act_for_what_is_ours,
        forget("Key", "Properties", "KeyPolicy", "Statement", 1, "Condition"),
    ),
    (access.services_act_for_what_is_ours, forget("CommandPermission", "Properties", "SourceArn")),
    (
        access.whoever_calls_a_url_is_known,
        put("NONE", "RequestWakeFunction", "Properties", "FunctionUrlConfig", "AuthType"),
    ),
    (
        access.roles_have_only_what_is_written_here,
        put(
            ["arn:aws:iam::aws:policy/AdministratorAccess"],
            *("TakeLeaseRole", "Properties", "ManagedPolicyArns"),
        ),
    ),
    (access.roles_are_passed_to_one_service, pass_to_anybody),
    (access.statements_have_names, forget(*_policy("ArtifactBucketPolicy", 0, "Sid"))),
    (objects.only_who_must_changes_what_was_inspected, forget(*_policy("ArtifactBucketPolicy", 1))),
    (objects.only_who_must_changes_what_was_inspected, forget(*_policy("ArtifactBucketPolicy", 3))),
    (
        objects.only_who_must_changes_what_was_inspected,
        put("s3:DeleteObject", *_policy("ArtifactBucketPolicy", 2, "Action")),
    ),
    (
        objects.only_who_must_changes_what_was_inspected,
        put(
            {"aws:PrincipalArn": {"Fn::GetAtt": ["CollectGarbageRole", "Arn"]}},
            *_policy("ArtifactBucketPolicy", 3, "Condition", "ArnNotEquals"),
        ),
    ),
    (
        objects.only_who_must_changes_what_was_inspected,
        put(
            {"aws:PrincipalArn": [{"Fn::GetAtt": [f"{name}Role", "Arn"]} for name in SPARED]},
            *_policy("ArtifactBucketPolicy", 1, "Condition", "ArnNotEquals"),
        ),
    ),
    (
        storage.what_is_stored_is_under_the_customer_key,
        forget("LedgerTable", "Properties", "SSESpecification"),
    ),
    (
        storage.what_is_stored_is_under_the_customer_key,
        put("alias/aws/sns", "NotificationTopic", "Properties", "KmsMasterKeyId"),
    ),
    (
        storage.what_is_stored_is_under_the_customer_key,
        forget("EventDeadLetters", "Properties", "KmsMasterKeyId"),
    ),
    (
        storage.what_is_stored_is_under_the_customer_key,
        forget("TakeLeaseLogGroup", "Properties", "KmsKeyId"),
    ),
    (
        storage.objects_belong_to_the_bucket,
        forget("MonitoringBucket", "Properties", "OwnershipControls"),
    ),
    (
        storage.buckets_forget,
        forget("MonitoringBucket", "Properties", "LifecycleConfiguration"),
    ),
    (
        storage.buckets_forget,
        forget(
            *("ArtifactBucket", "Properties", "LifecycleConfiguration", "Rules"),
            *(0, "ExpiredObjectDeleteMarker"),
        ),
    ),
    (storage.keys_rotate, forget("Key", "Properties", "EnableKeyRotation")),
    (
        storage.tables_are_hard_to_lose,
        put(False, "LedgerTable", "Properties", "DeletionProtectionEnabled"),
    ),
    (
        storage.tables_are_hard_to_lose,
        forget("LedgerTable", "Properties", "PointInTimeRecoverySpecification"),
    ),
    (
        running.every_role_takes_the_boundary,
        forget("TakeLeaseRole", "Properties", "PermissionsBoundary"),
    ),
    (running.everything_that_runs_has_a_log_group_of_its_own, forget("ReleaseLogGroup")),
    (
        running.everything_that_runs_has_a_log_group_of_its_own,
        forget("TakeLeaseFunction", "Properties", "LoggingConfig"),
    ),
    (
        running.everything_that_runs_has_a_log_group_of_its_own,
        forget("TakeLeaseLogGroup", "Properties", "RetentionInDays"),
    ),
    (
        running.everything_that_runs_has_a_role_of_its_own,
        put({"Fn::GetAtt": ["ClaimReleaseRole", "Arn"]}, "TakeLeaseFunction", "Properties", "Role"),
    ),
]


@pytest.mark.parametrize(("rule", "change"), BROKEN)
def test_a_rule_sees_what_breaks_it(rule: Any, change: Any) -> None:
    template = deepcopy(written())
    change(template["Resources"])
    assert list(rule(template)) != []


def test_every_rule_can_be_broken() -> None:
    assert {rule for rule, _ in BROKEN} == set(RULES)
