"""A policy may name the partition keys that a role may come near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from sandbox.access.demands.dynamodb import MAKERS
from sandbox.access.facts import Facts
from sandbox.access.policies import allowed
from tests.fakes.table import create_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

ONLY_THE_JOURNAL = {
    "Statement": {
        "Effect": "Allow",
        "Action": "dynamodb:*",
        "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/ledger",
        "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["journal#*"]}},
    }
}
OF_THE_JOURNAL = {"pk": {"S": "journal#churn"}, "sk": {"S": "1"}}
OF_AN_ENDPOINT = {"pk": {"S": "endpoints"}, "sk": {"S": "journal#churn"}}


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Facts]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.setup_default_session()
        create_ledger()
        yield Facts("123456789012", "us-east-1")


def may(facts: Facts, operation: str, **params: Any) -> bool:
    demands = MAKERS["dynamodb", operation](facts, {"TableName": "ledger", **params})
    return all(allowed(demand, [ONLY_THE_JOURNAL]) for demand in demands)


@pytest.mark.parametrize(("operation", "member"), [("PutItem", "Item"), ("GetItem", "Key")])
def test_an_item_is_reached_by_its_partition_key(facts: Facts, operation: str, member: str) -> None:
    assert may(facts, operation, **{member: OF_THE_JOURNAL})
    assert not may(facts, operation, **{member: OF_AN_ENDPOINT})


@pytest.mark.parametrize(("key", "allowed"), [("journal#churn", True), ("endpoints", False)])
def test_a_query_is_for_the_key_that_it_asks_for(facts: Facts, key: str, allowed: bool) -> None:
    values = {":pk": {"S": key}, ":since": {"S": "journal#"}}
    condition = "pk = :pk AND sk >= :since"
    asked = {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}
    assert may(facts, "Query", **asked) is allowed
