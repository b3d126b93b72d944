"""Log groups get another key only if CloudWatch Logs may use it for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.account import Account
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "/aws/sagemaker/Endpoints/churn"
GROUPS = f"arn:aws:logs:us-east-1:{Account.account_id}:log-group"


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account(Kernel())
    account.client("logs").create_log_group(logGroupName=GROUP)
    yield account
    account.close()


def make_key(account: Account, service: str, groups: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return str(account.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"])


def key_of(account: Account) -> Any:
    (group,) = account.client("logs").describe_log_groups()["logGroups"]
    return group.get("kmsKeyId")


def test_a_group_comes_under_a_key_that_lets_logs_in(account: Account) -> None:
    key = make_key(account, "logs.us-east-1.amazonaws.com", f"{GROUPS}:*")
    account.client("logs").associate_kms_key(logGroupName=GROUP, kmsKeyId=key)
    assert key_of(account) == key


@pytest.mark.parametrize(
    ("service", "groups"),
    [
        ("logs.eu-west-1.amazonaws.com", f"{GROUPS}:*"),
        ("logs.us-east-1.amazonaws.com", f"{GROUPS}:/aws/lambda/*"),
    ],
)
def test_another_key_is_refused(account: Account, service: str, groups: str) -> None:
    key = make_key(account, service, groups)
    with pytest.raises(ClientError, match="not allowed to be used"):
        account.client("logs").associate_kms_key(logGroupName=GROUP, kmsKeyId=key)
    assert key_of(account) is None


def test_nothing_is_put_under_a_key_that_is_not_there(account: Account) -> None:
    key = make_key(account, "logs.us-east-1.amazonaws.com", f"{GROUPS}:*")
    with pytest.raises(ClientError, match="log group does not exist"):
        account.client("logs").associate_kms_key(logGroupName="other", kmsKeyId=key)
    with pytest.raises(ClientError, match="does not exist or"):
        account.client("logs").associate_kms_key(logGroupName=GROUP, kmsKeyId=key[:-1])
