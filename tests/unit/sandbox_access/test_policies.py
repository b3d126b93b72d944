"""Evaluation of identity policies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.access.conditions import holds
from sandbox.access.policies import Demand, allowed
from sandbox.errors import Unsupported

ARN = "arn:aws:s3:::models/churn/1/model.tar.gz"


def document(**statement: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Resource": "*", **statement}]}


def demand(action: str = "s3:GetObject", resource: str = ARN, **context: Any) -> Demand:
    return Demand(action, resource, context)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "s3:GetObject"}, True),
        ({"Action": ["s3:Put*", "s3:get*"]}, True),
        ({"Action": "s3:GetObjectVersion"}, False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::models/*"}, True),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::models"}, False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::Models/*"}, False),
        ({"NotAction": "iam:*"}, True),
        ({"NotAction": "s3:*"}, False),
    ],
)
def test_actions_and_resources(statement: dict[str, Any], expected: bool) -> None:
    assert allowed(demand(), [document(**statement)]) is expected


def test_a_deny_wins_over_every_allow() -> None:
    deny = {"Statement": {"Effect": "Deny", "Action": "s3:GetObject", "Resource": ARN}}

    assert not allowed(demand(), [document(Action="*"), deny])


def test_without_a_policy_nothing_is_allowed() -> None:
    assert not allowed(demand(), [])


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"StringEquals": {"s3:prefix": "accepted/"}}, {"s3:prefix": "accepted/"}, True),
        ({"StringEquals": {"s3:prefix": ["a", "b"]}}, {"s3:prefix": "b"}, True),
        ({"StringLike": {"s3:prefix": "accepted/*"}}, {"s3:prefix": "quarantine/x"}, False),
        ({"StringEquals": {"s3:prefix": "x"}}, {}, False),
        ({"StringEqualsIfExists": {"s3:prefix": "x"}}, {}, True),
        ({"StringNotEquals": {"s3:prefix": "x"}}, {}, True),
        ({"StringNotEquals": {"s3:prefix": ["x", "y"]}}, {"s3:prefix": "y"}, False),
        ({"Null": {"aws:requesttag/x": "true"}}, {}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:securetransport": "true"}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, {"aws:tagkeys": ["a"]}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, {"aws:tagkeys": ["a", "b"]}, False),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {"aws:tagkeys": ["a", "b"]}, True),
    ],
)
def test_conditions(condition: dict[str, Any], context: dict[str, Any], expected: bool) -> None:
    assert holds(condition, context) is expected


def test_an_unknown_operator_is_refused_rather_than_ignored() -> None:
    with pytest.raises(Unsupported, match="DateLessThan"):
        holds({"DateLessThan": {"aws:CurrentTime": "2026"}}, {"aws:currenttime": "2025"})


@given(st.text(max_size=40))
def test_a_pattern_without_wildcards_matches_itself_only(name: str) -> None:
    resource = f"arn:aws:s3:::models/{name}"
    literal = resource.replace("*", "").replace("?", "")

    assert allowed(demand(resource=literal), [document(Action="*", Resource=literal)])
    assert not allowed(demand(resource=literal + "x"), [document(Action="*", Resource=literal)])
