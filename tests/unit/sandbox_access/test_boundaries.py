"""Permissions boundaries: a role may do what its policies and its boundary both allow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from sandbox.account import Account
from sandbox.gateway import Principal
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account(Kernel())
    yield account
    account.close()


def policy(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(account: Account, may: list[str], bound: list[str] | None) -> Principal:
    iam = account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Statement": [{**trust, "Action": "sts:AssumeRole"}]})
    bounded = {}
    if bound is not None:
        made = iam.create_policy(PolicyName="bound", PolicyDocument=policy(*bound))
        bounded = {"PermissionsBoundary": made["Policy"]["Arn"]}
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=document, **bounded)["Role"]["Arn"]
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=policy(*may))
    return Principal(arn, "session")


@pytest.mark.parametrize(
    ("bound", "refused"), [(None, False), (["sagemaker:*"], False), (["s3:*"], True)]
)
def test_a_boundary_takes_away_what_it_does_not_allow(
    account: Account, bound: list[str] | None, refused: bool
) -> None:
    client = account.client("sagemaker", make_role(account, ["sagemaker:ListEndpoints"], bound))
    if not refused:
        assert client.list_endpoints()["Endpoints"] == []
        return
    with pytest.raises(ClientError, match="because no permissions boundary allows the sagemaker"):
        client.list_endpoints()


def test_a_boundary_gives_nothing(account: Account) -> None:
    client = account.client("sagemaker", make_role(account, ["s3:GetObject"], ["*"]))
    with pytest.raises(ClientError, match="because no identity-based policy allows"):
        client.list_endpoints()
