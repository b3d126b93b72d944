"""What every call meets on its way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ConnectTimeoutError
from moto.moto_api._internal.models import moto_api_backend
from werkzeug.wrappers import Response

from sandbox.gateway import AwsError, Fault, Gateway
from sandbox.gateway.http import PortBusy, Server
from sandbox.gateway.inprocess import make_client
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient

    from sandbox.gateway import Call

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA0000000000000001", "AWS_SECRET_ACCESS_KEY": "sandbox"}
REGION = "us-east-1"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    kernel = Kernel(start=datetime(2026, 1, 5, 9, tzinfo=UTC))
    moto_api_backend.reset()
    yield Gateway(kernel)
    kernel.close()


@pytest.fixture
def server(gateway: Gateway) -> Iterator[Server]:
    server = Server(gateway, lambda _: Response("control"))
    yield server
    server.close()


@pytest.fixture(params=["in process", "over HTTP"])
def client(
    request: pytest.FixtureRequest, gateway: Gateway, server: Server
) -> Callable[[str], BaseClient]:
    def over_http(service: str) -> BaseClient:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=server.url,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )

    def in_process(service: str) -> BaseClient:
        return make_client(gateway, service, REGION, KEYS, server.url)

    return in_process if request.param == "in process" else over_http


def test_moto_answers_what_nobody_else_serves(client: Callable[[str], BaseClient]) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="models")
    s3.put_object(Bucket="models", Key="a b/ü.txt", Body=b"hello")

    assert s3.get_object(Bucket="models", Key="a b/ü.txt")["Body"].read() == b"hello"


def test_a_served_operation_gets_parsed_parameters_and_answers_in_the_services_format(
    gateway: Gateway, client: Callable[[str], BaseClient]
) -> None:
    calls: list[Call] = []

    def describe(call: Call) -> dict[str, Any]:
        calls.append(call)
        when = datetime(2026, 1, 5, tzinfo=UTC)
        return {"EndpointName": "churn", "EndpointArn": "arn:x", "CreationTime": when}

    gateway.serve("sagemaker", "DescribeEndpoint", describe)
    answer = client("sagemaker").describe_endpoint(EndpointName="churn")

    assert calls[0].params == {"EndpointName": "churn"}
    assert answer["CreationTime"] == datetime(2026, 1, 5, tzinfo=UTC)


def test_what_breaks_the_services_model_is_refused_in_the_services_words(
    client: Callable[[str], BaseClient],
) -> None:
    with pytest.raises(ClientError) as refused:
        client("sagemaker").delete_model(ModelName="not a name")

    assert refused.value.response["Error"]["Code"] == "ValidationException"
    message = refused.value.response["Error"]["Message"]
    assert "Value 'not a name' at 'modelName' failed to satisfy constraint" in message
    assert "regular expression pattern" in message


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"EndpointName": "x" * 64}, "length less than or equal to 63"),
        ({}, "must not be null"),
    ],
)
def test_lengths_and_required_members_are_checked(
    gateway: Gateway, params: dict[str, Any], word: str
) -> None:
    sagemaker = make_client(gateway, "sagemaker", REGION, KEYS, "http://127.0.0.1:1")

    with pytest.raises(ClientError, match=word):
        sagemaker.describe_endpoint(**params)


def test_an_injected_error_hits_as_often_as_it_is_told_to(
    gateway: Gateway, client: Callable[[str], BaseClient]
) -> None:
    gateway.faults.add(Fault("sqs", "ListQueues", "ThrottlingException", "Rate exceeded", times=2))
    sqs = client("sqs")

    for _ in range(2):
        with pytest.raises(ClientError, match="Rate exceeded"):
            sqs.list_queues()
    sqs.list_queues()

    assert [(record.error, record.fault) for record in gateway.records] == [
        ("ThrottlingException", True),
        ("ThrottlingException", True),
        (None, False),
    ]


def test_a_lost_reply_is_of_a_call_that_was_carried_out(
    gateway: Gateway, client: Callable[[str], BaseClient]
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="models")
    gateway.faults.add(Fault("s3", "PutObject", lose_reply=True))

    with pytest.raises(ConnectionClosedError):
        s3.put_object(Bucket="models", Key="x", Body=b"1")

    assert s3.get_object(Bucket="models", Key="x")["Body"].read() == b"1"


def test_a_lost_request_is_of_a_call_that_was_not_carried_out(
    gateway: Gateway, client: Callable[[str], BaseClient]
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="models")
    gateway.faults.add(Fault("s3", "PutObject", lose_request=True))

    with pytest.raises((ConnectionClosedError, ConnectTimeoutError)):
        s3.put_object(Bucket="models", Key="x", Body=b"1")

    assert "Contents" not in s3.list_objects_v2(Bucket="models")
    assert [each.operation for each in gateway.records if each.fault] == ["PutObject"]


def test_every_entry_of_a_request_can_fail_inside_an_answer_that_says_200(
    gateway: Gateway, client: Callable[[str], BaseClient]
) -> None:
    gateway.faults.add(Fault("events", "PutEvents", fail_entries=True))
    entry = {"Source": "x", "DetailType": "y", "Detail": "{}"}

    answer = client("events").put_events(Entries=[entry, entry])

    assert answer["FailedEntryCount"] == 2
    assert {each["ErrorCode"] for each in answer["Entries"]} == {"InternalFailure"}


def test_a_handlers_refusal_arrives_as_the_services_error(
    gateway: Gateway, client: Callable[[str], BaseClient]
) -> None:
    def full(_: Call) -> None:
        raise AwsError("ResourceLimitExceeded", "The account-level service limit is reached.")

    gateway.serve("sagemaker", "CreateEndpoint", full)
    sagemaker = client("sagemaker")

    with pytest.raises(sagemaker.exceptions.ResourceLimitExceeded, match="account-level"):
        sagemaker.create_endpoint(EndpointName="churn", EndpointConfigName="churn-1")


def test_hooks_see_successes_only(gateway: Gateway, client: Callable[[str], BaseClient]) -> None:
    seen: list[str] = []
    gateway.after("s3", "GetObject", lambda call, _: seen.append(call.params["Key"]))
    s3 = client("s3")
    s3.create_bucket(Bucket="models")
    s3.put_object(Bucket="models", Key="there", Body=b"1")

    s3.get_object(Bucket="models", Key="there")
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="models", Key="missing")

    assert seen == ["there"]


def test_a_busy_port_is_named(server: Server, gateway: Gateway) -> None:
    with pytest.raises(PortBusy, match=f"Port {server.port} is busy"):
        Server(gateway, lambda _: Response(""), server.port)


def test_it_listens_on_the_loopback_address_only(server: Server) -> None:
    assert server.url.startswith("http://127.0.0.1:")


def test_an_error_may_come_after_the_call_was_carried_out(
    gateway: Gateway, client: Callable[[str], BaseClient]
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="models")
    gateway.faults.add(Fault("s3", "DeleteBucket", "NoSuchBucket", "Gone.", carry_out=True))

    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.delete_bucket(Bucket="models")

    assert s3.list_buckets()["Buckets"] == []
