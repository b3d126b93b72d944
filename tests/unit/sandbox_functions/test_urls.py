"""Function URLs: who may call them, what the function sees, what the caller gets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from sandbox.gateway import Principal
from tests.stage.urls import call_url

if TYPE_CHECKING:
    from sandbox.account import Account
    from tests.unit.sandbox_functions.conftest import Create

SOURCE = """
import json
def handler(event, context):
    if event["rawPath"] == "/boom":
        raise ValueError("no")
    if event["rawPath"] == "/plain":
        return {"seen": event["rawPath"]}
    return {"statusCode": 202, "headers": {"retry-after": "7"}, "body": json.dumps(event)}
"""


@pytest.fixture
def url(account: Account, create: Create) -> str:
    name = create(SOURCE)
    made = account.client("lambda").create_function_url_config(
        FunctionName=name, AuthType="AWS_IAM"
    )
    found = account.client("lambda").get_function_url_config(FunctionName=name)
    assert found["FunctionUrl"] == made["FunctionUrl"]
    return str(made["FunctionUrl"])


def caller(account: Account, *actions: str) -> Principal:
    """Return a principal with a role that may do these things."""
    allowed = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]
    policy = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    account.client("iam").put_role_policy(
        RoleName="powerless", PolicyName="urls", PolicyDocument=policy
    )
    return Principal(f"arn:aws:iam::{account.account_id}:role/powerless", "caller")


def test_a_function_sees_the_request_and_says_status_headers_and_body(
    account: Account, url: str
) -> None:
    status, body = call_url(account, f"{url}churn?wait=1")
    event = json.loads(body)
    assert status == 202
    assert (event["version"], event["rawPath"], event["rawQueryString"]) == (
        "2.0",
        "/churn",
        "wait=1",
    )
    assert event["queryStringParameters"] == {"wait": "1"}
    assert event["requestContext"]["http"]["method"] == "POST"
    assert url.startswith(f"https://{event['requestContext']['domainName']}/")


def test_other_answers_are_json_and_a_failure_is_502(account: Account, url: str) -> None:
    assert call_url(account, f"{url}plain") == (200, '{"seen": "/plain"}')
    assert call_url(account, f"{url}boom") == (502, "Internal Server Error")


def test_only_whoever_may_do_both_gets_through(account: Account, url: str) -> None:
    both = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
    for actions in ((), both[:1], both[1:]):
        principal = caller(account, *actions, "s3:GetObject")
        assert call_url(account, url, principal) == (403, '{"Message":"Forbidden"}')
    assert call_url(account, url, caller(account, *both))[0] == 202


def test_nobody_gets_through_without_a_signature_or_to_another_host(
    account: Account, url: str
) -> None:
    assert call_url(account, url, signed=False)[0] == 403
    assert call_url(account, url.replace("//", "//a"))[0] == 403


def test_a_function_has_one_url_until_it_is_deleted(account: Account, url: str) -> None:
    client = account.client("lambda")
    with pytest.raises(ClientError, match="ResourceConflictException"):
        client.create_function_url_config(FunctionName="f", AuthType="AWS_IAM")
    client.delete_function_url_config(FunctionName="f")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.get_function_url_config(FunctionName="f")
    assert call_url(account, url)[0] == 403


def test_what_the_sandbox_does_not_do_is_refused(account: Account, create: Create) -> None:
    create(SOURCE)
    with pytest.raises(ClientError, match="AWS_IAM only"):
        account.client("lambda").create_function_url_config(FunctionName="f", AuthType="NONE")
