"""What the page of controls promises holds, and each rule sees what breaks it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.conventions.changes import forget, made_of_it, put, written
from tests.unit.conventions.rules import promised
from tests.unit.conventions.rules.promised import PROMISED

if TYPE_CHECKING:
    from tests.unit.conventions.changes import Change

by_rule = pytest.mark.parametrize("rule", PROMISED, ids=lambda rule: rule.__name__)
BUCKET = ("MonitoringBucket", "Properties")


@by_rule
def test_the_template_keeps_the_promise(rule: Any) -> None:
    assert list(rule(written())) == []


@by_rule
def test_what_sam_makes_of_it_keeps_the_promise(rule: Any) -> None:
    assert list(rule(made_of_it())) == []


def granted(**fields: Any) -> Change:
    """Let a role do something more."""
    statement = {"Sid": "More", "Effect": "Allow", "Action": "sagemaker:StopEndpoint"}
    statement |= {"Resource": "arn:x"} | fields
    more = {"PolicyName": "more", "PolicyDocument": {"Statement": [statement]}}

    def change(resources: dict[str, Any]) -> None:
        resources["TakeLeaseRole"]["Properties"].setdefault("Policies", []).append(more)

    return change


def put_into_a_policy_apart(resources: dict[str, Any]) -> None:
    document = resources["HandOverPolicy"]["Properties"]["PolicyDocument"]
    document["Statement"][0]["Action"] = "states:Start*Execution"


BROKEN: list[tuple[Any, Change]] = [
    (promised.no_action_is_a_wildcard, granted(Action="s3:*")),
    (promised.no_action_is_a_wildcard, granted(Action="*")),
    (promised.no_action_is_a_wildcard, granted(Action="s3:Get*Version")),
    (promised.no_action_is_a_wildcard, granted(Action=["s3:GetObject", "sagemaker:*Endpoint"])),
    (promised.no_action_is_a_wildcard, granted(Action="s3:GetObjec?")),
    (promised.no_action_is_a_wildcard, granted(NotAction="s3:GetObject")),
    (promised.no_action_is_a_wildcard, put_into_a_policy_apart),
    (promised.statements_name_their_resources, granted(Resource="*")),
    (promised.statements_name_their_resources, granted(Resource=["arn:x", "*"])),
    (promised.statements_name_their_resources, granted(NotResource="arn:x")),
    (promised.statements_name_their_resources, granted(Sid="")),
    (
        promised.buckets_are_versioned_and_closed,
        put(False, *BUCKET, "PublicAccessBlockConfiguration", "BlockPublicPolicy"),
    ),
    (promised.buckets_are_versioned_and_closed, forget(*BUCKET, "VersioningConfiguration")),
    (promised.buckets_are_versioned_and_closed, forget(*BUCKET, "BucketEncryption")),
    (promised.buckets_are_versioned_and_closed, forget("MonitoringBucketPolicy")),
    (
        promised.what_nobody_needs_is_forgotten,
        put([], "ArtifactBucket", "Properties", "LifecycleConfiguration", "Rules"),
    ),
    (promised.what_endpoints_need_outlives_the_stack, forget("LedgerTable", "DeletionPolicy")),
    (promised.what_endpoints_need_outlives_the_stack, put("Delete", "Key", "UpdateReplacePolicy")),
    (
        promised.workflows_tell_what_they_do,
        put("ERROR", "ReleaseStateMachine", "Properties", "Logging", "Level"),
    ),
    (
        promised.workflows_tell_what_they_do,
        put({"Enabled": False}, "DriftStateMachine", "Properties", "Tracing"),
    ),
]


@pytest.mark.parametrize(("rule", "change"), BROKEN)
def test_a_rule_sees_what_breaks_it(rule: Any, change: Change) -> None:
    template = deepcopy(written())
    change(template["Resources"])
    assert list(rule(template)) != []


def test_every_promise_can_be_broken() -> None:
    assert {rule for rule, _ in BROKEN} == set(PROMISED)
