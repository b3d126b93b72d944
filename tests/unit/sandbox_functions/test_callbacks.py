"""A function with the real layer, calling the account's APIs over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox.functions.layers import host_zip
from sandbox.gateway import Principal

if TYPE_CHECKING:
    from sandbox.account import Account
    from tests.unit.sandbox_functions.conftest import Create

SOURCE = """
import boto3
from botocore.exceptions import ClientError

def handler(event, context):
    group = boto3.client("logs").create_log_group(logGroupName="/made")
    try:
        boto3.client("s3").put_object(Bucket="forbidden", Key="k", Body=b"x")
    except ClientError as error:
        return [error.response["Error"]["Code"], boto3.__file__]
"""


@pytest.fixture
def layer(account: Account) -> str:
    content = {"ZipFile": host_zip("SlipwayLayer").read_bytes()}
    published = account.client("lambda").publish_layer_version(LayerName="l", Content=content)
    return str(published["LayerVersionArn"])


def test_it_acts_with_the_rights_of_its_role(account: Account, create: Create, layer: str) -> None:
    create(SOURCE, Layers=[layer])
    before = account.kernel.timestamp()
    answer = account.client("lambda").invoke(FunctionName="f")
    code, where = json.loads(answer["Payload"].read())
    assert code == "AccessDenied"
    assert "/build/layers/SlipwayLayer-" in where
    groups = account.client("logs").describe_log_groups(logGroupNamePrefix="/made")["logGroups"]
    assert len(groups) == 1
    role = Principal(f"arn:aws:iam::{account.account_id}:role/r", "f")
    calls = [(r.principal, r.error) for r in account.gateway.records if r.operation in _OPERATIONS]
    assert calls[:2] == [(role, None), (role, "AccessDenied")]
    assert account.kernel.timestamp() == pytest.approx(before + 0.5)


_OPERATIONS = ("CreateLogGroup", "PutObject")
