"""What is not there is forbidden to everybody who may not list the bucket."""

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

    from botocore.client import BaseClient


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account(Kernel())
    yield account
    account.close()


def reader(account: Account, *more: str) -> BaseClient:
    """Return a client of S3 that may read objects, and what else is named."""
    iam, s3 = account.client("iam"), account.client("s3")
    s3.create_bucket(Bucket="models")
    s3.put_object(Bucket="models", Key="there", Body=b"x")
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    allow = {"Effect": "Allow", "Action": ["s3:GetObject", *more], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=policy)
    return account.client("s3", Principal(arn, "session"))


@pytest.mark.parametrize(
    ("more", "got", "headed"),
    [((), "AccessDenied", "403"), (("s3:ListBucket",), "NoSuchKey", "404")],
)
def test_who_may_not_list_is_not_told_what_is_missing(
    account: Account, more: tuple[str, ...], got: str, headed: str
) -> None:
    s3 = reader(account, *more)
    assert s3.get_object(Bucket="models", Key="there")["Body"].read() == b"x"
    with pytest.raises(ClientError) as missing:
        s3.get_object(Bucket="models", Key="gone")
    assert missing.value.response["Error"]["Code"] == got
    with pytest.raises(ClientError) as missing:
        s3.head_object(Bucket="models", Key="gone")
    assert missing.value.response["Error"]["Code"] == headed


def test_a_deleted_object_is_missing(account: Account) -> None:
    s3 = reader(account)
    account.client("s3").put_bucket_versioning(
        Bucket="models", VersioningConfiguration={"Status": "Enabled"}
    )
    account.client("s3").delete_object(Bucket="models", Key="there")
    with pytest.raises(ClientError, match="s3:ListBucket"):
        s3.get_object(Bucket="models", Key="there")


@pytest.mark.parametrize(
    ("more", "code"), [((), "AccessDenied"), (("s3:ListBucket",), "NoSuchVersion")]
)
def test_a_version_that_was_deleted_for_ever_is_missing(
    account: Account, more: tuple[str, ...], code: str
) -> None:
    s3, admin = reader(account, "s3:GetObjectVersion", *more), account.client("s3")
    versioned = {"Status": "Enabled"}
    admin.put_bucket_versioning(Bucket="models", VersioningConfiguration=versioned)
    version = admin.put_object(Bucket="models", Key="there", Body=b"new")["VersionId"]
    assert s3.get_object(Bucket="models", Key="there", VersionId=version)["Body"].read() == b"new"
    admin.delete_object(Bucket="models", Key="there", VersionId=version)
    with pytest.raises(ClientError) as missing:
        s3.get_object(Bucket="models", Key="there", VersionId=version)
    assert missing.value.response["Error"]["Code"] == code
    # The version before it lies there again.
    assert s3.get_object(Bucket="models", Key="there")["Body"].read() == b"x"
