"""SageMaker's answers as adapters read them: stubs in AWS's words, for moto knows few of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from slipway.adapters.clients import client
from slipway.adapters.container_log import EndpointLogGroups, EndpointLogs
from slipway.adapters.fleet import AccountFleet
from slipway.adapters.runtime import VariantInvoker
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.domain.error_page import answered
from slipway.errors import (
    CapacityRefused,
    EndpointBusy,
    HostingRefused,
    NameTaken,
    ServiceBusy,
    SmokeTestFailed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLE = "arn:aws:iam::123456789012:role/serve"
MODEL = {
    "ModelName": "churn-1",
    "PrimaryContainer": {"Image": "image", "ModelDataUrl": "s3://artifacts/accepted/a"},
    "ExecutionRoleArn": ROLE,
    "EnableNetworkIsolation": True,
}
NOW = "2026-03-02T09:00:00Z"


@pytest.fixture
def stub(aws: None) -> Iterator[Stubber]:
    with Stubber(client("sagemaker")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def refuse(stub: Stubber, operation: str, message: str, code: str = "ValidationException") -> None:
    stub.add_client_error(operation, code, message, 400)


def described(**changes: Any) -> dict[str, Any]:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model/churn-1"
    return {**MODEL, "ModelArn": arn, "CreationTime": NOW, **changes}


def create_model() -> bool:
    return SageMakerEndpoints().create_model(MODEL)


EXISTS = "Cannot create already existing model arn:aws:sagemaker:us-east-1:123456789012:model/x"


def test_an_equal_model_of_the_same_name_is_adopted(stub: Stubber) -> None:
    refuse(stub, "create_model", EXISTS)
    container = {**MODEL["PrimaryContainer"], "Mode": "SingleModel"}  # type: ignore[dict-item]  # plain data
    stub.add_response("describe_model", described(PrimaryContainer=container))
    assert create_model() is False


def test_another_model_of_the_same_name_is_left_alone(stub: Stubber) -> None:
    refuse(stub, "create_model", EXISTS)
    stub.add_response("describe_model", described(EnableNetworkIsolation=False))
    with pytest.raises(NameTaken, match="EnableNetworkIsolation"):
        create_model()


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (
            "ResourceLimitExceeded",
            "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances",
            CapacityRefused,
        ),
        ("ThrottlingException", "Rate exceeded", ServiceBusy),
        ("ValidationException", "Could not find endpoint configuration churn-1.", ServiceBusy),
        ("ValidationException", "The execution role ARN is invalid", ServiceBusy),
        ("ValidationException", "1 validation error detected", HostingRefused),
        ("ValidationException", "Could not access model data at s3://a/b", ServiceBusy),
    ],
)
def test_refusals_are_told_apart(
    stub: Stubber, code: str, message: str, expected: type[Exception]
) -> None:
    refuse(stub, "create_model", message, code)
    with pytest.raises(expected, match="SageMaker refused CreateModel|Rate exceeded"):
        create_model()


def test_an_endpoint_in_change_is_busy(stub: Stubber) -> None:
    refuse(stub, "update_endpoint", "Cannot update in-progress endpoint arn:aws:sagemaker:…")
    with pytest.raises(EndpointBusy):
        SageMakerEndpoints().update_endpoint("churn", "churn-2")


def test_an_endpoint_goes_back_with_its_counts_and_the_weights_of_the_configuration(
    stub: Stubber,
) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn"
    asked = {
        "EndpointName": "churn",
        "EndpointConfigName": "churn-1",
        "RetainAllVariantProperties": True,
        "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}],
    }
    stub.add_response("update_endpoint", {"EndpointArn": arn}, asked)
    SageMakerEndpoints().restore_endpoint("churn", "churn-1")


def test_what_does_not_exist_is_none_and_deleted_already(stub: Stubber) -> None:
    missing = 'Could not find endpoint "churn".'
    refuse(stub, "describe_endpoint", missing)
    assert SageMakerEndpoints().describe("churn") is None
    refuse(stub, "describe_endpoint", missing)
    SageMakerEndpoints().delete_endpoint("churn")
    refuse(stub, "describe_model", 'Could not find model "churn-1".')
    SageMakerEndpoints().delete_model("churn-1")


def test_a_model_that_goes_between_look_and_deletion_is_no_error(stub: Stubber) -> None:
    stub.add_response("describe_model", described())
    refuse(stub, "delete_model", 'Could not find model "churn-1".')
    SageMakerEndpoints().delete_model("churn-1")


def test_an_endpoint_is_described_with_its_variants(stub: Stubber) -> None:
    stub.add_response(
        "describe_endpoint",
        {
            "EndpointName": "churn",
            "EndpointArn": "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn",
            "EndpointConfigName": "churn-1",
            "EndpointStatus": "InService",
            "CreationTime": NOW,
            "LastModifiedTime": NOW,
            "ProductionVariants": [
                {
                    "VariantName": "one",
                    "CurrentInstanceCount": 1,
                    "DesiredInstanceCount": 2,
                    "CurrentWeight": 1.0,
                }
            ],
        },
    )
    state = SageMakerEndpoints().describe("churn")
    assert state is not None
    assert (state.status, state.config, state.failure) == ("InService", "churn-1", "")
    assert [(each.name, each.desired_count) for each in state.variants] == [("one", 2)]


def test_instances_of_all_endpoints_count_and_serverless_ones_do_not(stub: Stubber) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/x"
    listed = [
        {
            "EndpointName": name,
            "EndpointArn": arn + name,
            "CreationTime": NOW,
            "LastModifiedTime": NOW,
            "EndpointStatus": "InService",
        }
        for name in ("churn", "gone")
    ]
    stub.add_response("list_endpoints", {"Endpoints": listed})
    endpoint = {
        "EndpointName": "churn",
        "EndpointArn": arn,
        "EndpointConfigName": "churn-1",
        "EndpointStatus": "InService",
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
        "ProductionVariants": [
            {"VariantName": "one", "CurrentInstanceCount": 3, "DesiredInstanceCount": 5}
        ],
    }
    stub.add_response("describe_endpoint", endpoint)
    stub.add_response(
        "describe_endpoint_config",
        {
            "EndpointConfigName": "churn-1",
            "EndpointConfigArn": arn,
            "CreationTime": NOW,
            "ProductionVariants": [
                {"VariantName": "one", "InstanceType": "ml.m5.large", "InitialInstanceCount": 2},
                {
                    "VariantName": "two",
                    "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1},
                },
            ],
        },
    )
    refuse(stub, "describe_endpoint", 'Could not find endpoint "gone".')
    fleet = AccountFleet()
    assert fleet.running("ml.m5.large") == 5
    assert fleet.running("ml.c5.large") == 0


def test_quotas_are_found_by_their_name(aws: None) -> None:
    with Stubber(client("service-quotas")) as stubber:
        quotas = [{"QuotaName": "ml.m5.large for endpoint usage", "Value": 20.0}]
        stubber.add_response("list_service_quotas", {"Quotas": quotas, "NextToken": "more"})
        stubber.add_response("list_service_quotas", {"Quotas": []})
        defaults = [{"QuotaName": "ml.p5.48xlarge for endpoint usage", "Value": 0.0}]
        stubber.add_response("list_aws_default_service_quotas", {"Quotas": defaults})
        fleet = AccountFleet()
        assert fleet.quota("ml.m5.large") == 20
        assert fleet.quota("ml.p5.48xlarge") is None
        assert fleet.default_quota("ml.p5.48xlarge") == 0
        assert fleet.default_quota("ml.m5.large") is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [("ModelError", SmokeTestFailed), ("ModelNotReadyException", ServiceBusy)],
)
def test_a_models_error_is_its_own_and_a_model_that_starts_is_waited_for(
    aws: None, code: str, expected: type[Exception]
) -> None:
    with Stubber(client("sagemaker-runtime")) as stubber:
        stubber.add_client_error("invoke_endpoint", code, "Received server error (500)", 424)
        with pytest.raises(expected, match="server error"):
            VariantInvoker().ask(
                "churn", "one", body=b"1", content_type="text/csv", accept="", inference_id="i"
            )


def test_a_page_for_browsers_is_told_by_its_title_and_kept(aws: None) -> None:
    page = "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Oh</h1>"
    with Stubber(client("sagemaker-runtime")) as stubber:
        more = {"OriginalMessage": page, "OriginalStatusCode": 500}
        stubber.add_client_error(
            "invoke_endpoint", "ModelError", "server error", 424, modeled_fields=more
        )
        with pytest.raises(SmokeTestFailed) as caught:
            VariantInvoker().ask(
                "churn", "one", body=b"1", content_type="text/csv", accept="", inference_id="i"
            )
    assert str(caught.value) == "Variant one answered 500 Internal Server Error"
    assert caught.value.answer == page


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, '{"detail": "no column"}', 'answered with an error (HTTP 500): {"detail": "no col'),
        (0, "no column <title>", "answered with an error: no column <title>"),
        (502, "<html><head><title>Bad\n Gateway &amp; more</title>", "answered 502 Bad Gateway & "),
        (503, "<html><body>no title</body></html>", "answered with an error (HTTP 503): <html>"),
    ],
)
def test_other_answers_are_told_whole(status: int, body: str, words: str) -> None:
    assert answered(status, body).startswith(words)


def test_a_variant_that_the_runtime_does_not_find_yet_is_asked_again(aws: None) -> None:
    with Stubber(client("sagemaker-runtime")) as stubber:
        words = "Variant one of endpoint churn not found."
        stubber.add_client_error("invoke_endpoint", "ValidationError", words, 400)
        with pytest.raises(ServiceBusy, match="not found"):
            VariantInvoker().ask(
                "churn", "one", body=b"1", content_type="text/csv", accept="", inference_id="i"
            )


def test_the_log_of_an_endpoint_is_encrypted_and_forgotten_in_time(aws: None) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/slipway"
    EndpointLogGroups(key, 30).prepare("churn")
    (group,) = client("logs").describe_log_groups()["logGroups"]
    assert group["logGroupName"] == "/aws/sagemaker/Endpoints/churn"
    assert (group["retentionInDays"], group["kmsKeyId"]) == (30, key)


def test_a_log_group_that_is_there_comes_under_the_key(aws: None) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/slipway"
    group = {"logGroupName": "/aws/sagemaker/Endpoints/churn"}
    with Stubber(client("logs")) as stubber:
        stubber.add_client_error("create_log_group", "ResourceAlreadyExistsException")
        stubber.add_response("associate_kms_key", {}, {**group, "kmsKeyId": key})
        stubber.add_response("put_retention_policy", {}, {**group, "retentionInDays": 30})
        EndpointLogGroups(key, 30).prepare("churn")
        stubber.assert_no_pending_responses()


def test_the_newest_log_of_the_variant_is_shown_and_none_is_no_error(aws: None) -> None:
    assert EndpointLogs().last_lines("churn", "one", 2) == []
    group = "/aws/sagemaker/Endpoints/churn"
    logs = client("logs")
    logs.create_log_group(logGroupName=group)
    recently = int(datetime.now(UTC).timestamp() * 1000) - 200_000
    for stream, stamp in (("one/i-1", 1_000), ("one/i-2", 9_000), ("two/i-3", 99_000)):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        lines = [f"{stream} first\n", f"{stream} second\n", f"{stream} third\n"]
        now = recently + stamp
        events = [{"timestamp": now + index, "message": line} for index, line in enumerate(lines)]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    assert EndpointLogs().last_lines("churn", "one", 2) == ["one/i-2 second", "one/i-2 third"]


def test_a_guarded_deployment_tells_since_when_its_step_bakes(aws: None) -> None:
    begun = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    bakes = {"Status": "Baking", "StartTime": begun + timedelta(minutes=7)}
    answer: dict[str, Any] = {
        "EndpointName": "churn",
        "EndpointArn": "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn",
        "EndpointConfigName": "one",
        "EndpointStatus": "Updating",
        "CreationTime": begun,
        "LastModifiedTime": begun,
    }
    pending = {
        "EndpointConfigName": "two",
        "StartTime": begun,
        "ProductionVariants": [{"VariantName": "v", "VariantStatus": [bakes]}],
    }
    with Stubber(client("sagemaker")) as stubber:
        stubber.add_response("describe_endpoint", {**answer, "PendingDeploymentSummary": pending})
        stubber.add_response("describe_endpoint", answer)
        states = [SageMakerEndpoints().describe("churn") for _ in range(2)]
    assert [state and state.baking_since for state in states] == ["2026-03-02T09:07:00+00:00", ""]
