"""What a bucket's policy denies is denied to roles that may do it, and to administrators."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.account import Account
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient

KEPT = "arn:aws:s3:::shop/kept/*"
DENIAL = {
    "Sid": "OnlyTheKeeper",
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:PutObject*", "s3:DeleteObject*"],
    "Resource": KEPT,
}
ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
EVERYTHING = {"Version": "2012-10-17", "Statement": [ALL]}


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account(Kernel())
    account.client("s3").create_bucket(Bucket="shop")
    account.client("s3").put_object(Bucket="shop", Key="kept/old", Body=b"old")
    yield account
    account.close()


def make_role(account: Account, name: str) -> str:
    iam = account.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    return str(role)


def deny(account: Account, **changes: Any) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**DENIAL, **changes}]})
    account.client("s3").put_bucket_policy(Bucket="shop", Policy=policy)


CHANGES: dict[str, Callable[[BaseClient], Any]] = {
    "put": lambda s3: s3.put_object(Bucket="shop", Key="kept/new", Body=b"new"),
    "copy": lambda s3: s3.copy_object(Bucket="shop", Key="kept/new", CopySource="shop/kept/old"),
    "begin": lambda s3: s3.create_multipart_upload(Bucket="shop", Key="kept/new"),
    "delete": lambda s3: s3.delete_object(Bucket="shop", Key="kept/old"),
    "clear": lambda s3: s3.delete_objects(
        Bucket="shop", Delete={"Objects": [{"Key": "else"}, {"Key": "kept/old"}]}
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_but_who_is_excepted_changes_what_is_kept(account: Account, change: str) -> None:
    keeper, other = make_role(account, "keeper"), make_role(account, "other")
    deny(account, Condition={"ArnNotEquals": {"aws:PrincipalArn": keeper}})
    for client in (account.client("s3", account.role(other)), account.client("s3")):
        with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
            CHANGES[change](client)
    CHANGES[change](account.client("s3", account.role(keeper)))


def test_what_is_not_kept_is_nobodys_business(account: Account) -> None:
    deny(account)
    for client in (account.client("s3"), account.client("s3", account.role(_other(account)))):
        client.put_object(Bucket="shop", Key="else", Body=b"x")
        assert client.get_object(Bucket="shop", Key="kept/old")["Body"].read() == b"old"


def test_a_denial_of_somebody_else_is_none(account: Account) -> None:
    role = _other(account)
    deny(account, Principal={"AWS": "arn:aws:iam::123456789012:role/third"})
    CHANGES["put"](account.client("s3", account.role(role)))
    deny(account, Principal={"AWS": role})
    with pytest.raises(ClientError, match="explicit deny"):
        CHANGES["put"](account.client("s3", account.role(role)))


def test_an_administrator_may_take_the_policy_away(account: Account) -> None:
    deny(account)
    account.client("s3").delete_bucket_policy(Bucket="shop")
    CHANGES["delete"](account.client("s3"))


def _other(account: Account) -> str:
    return make_role(account, "other")
