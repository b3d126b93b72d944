"""What AWS does to a release: throttling, lost replies, late knowledge, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.gateway import Fault
from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

NO_CONFIG = (
    'Could not find endpoint configuration "arn:aws:sagemaker:us-east-1:1:endpoint-config/x".'
)
NO_ACCESS = "Could not access model data at s3://artifacts/accepted/0/model.tar.gz."
# Every call that a first release makes, by service.
CALLS = {
    "sagemaker": (
        "ListEndpoints",
        "CreateModel",
        "CreateEndpointConfig",
        "CreateEndpoint",
        "DescribeEndpoint",
    ),
    "application-autoscaling": ("RegisterScalableTarget", "PutScalingPolicy"),
    "cloudwatch": ("PutMetricAlarm", "PutDashboard"),
    "service-quotas": ("ListServiceQuotas",),
    "dynamodb": ("GetItem", "PutItem", "UpdateItem"),
    "events": ("PutEvents",),
    "sns": ("Publish",),
    "s3": ("HeadObject", "GetObject", "CopyObject"),
}
THROTTLES = {"s3": "SlowDown", "sns": "Throttled", "dynamodb": "ThrottlingException"}
# Beyond what one invocation's own client tries.
MORE_THAN_A_CLIENT_TRIES = 7


def calls(stage: Stage, operation: str, since: int) -> list[str | None]:
    """Return what became of the calls of an operation."""
    records = stage.sandbox.account.gateway.records[since:]
    return [record.error for record in records if record.operation == operation]


def test_every_call_throttled_twice_is_tried_again_and_then_fine(
    stage: Stage, endpoint: Endpoint
) -> None:
    since = len(stage.sandbox.account.gateway.records)
    endpoint.spec(scripted_spec())
    endpoint.drop("1", scripted("calm"))
    for service, operations in CALLS.items():
        error = THROTTLES.get(service, "ThrottlingException")
        for operation in operations:
            fault = Fault(service, operation, error, "Rate exceeded", times=2, role="slipway")
            endpoint.inject(fault)
    stage.finish()
    assert endpoint.outcomes() == [("1", "succeeded")], endpoint.records()[-1].reason
    assert endpoint.ask("you") == "calm to you"
    assert calls(stage, "CreateEndpoint", since)[-1] is None
    assert calls(stage, "CreateEndpoint", since).count(None) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("sagemaker", "CreateModel", "ThrottlingException", times=MORE_THAN_A_CLIENT_TRIES),
        # What the role may do is not known everywhere a moment after `sam deploy`.
        Fault("sagemaker", "CreateModel", "ValidationException", NO_ACCESS, times=2),
    ],
    ids=["throttled", "new role"],
)
def test_what_passes_beyond_a_clients_patience_is_waited_out_by_the_workflow(
    stage: Stage, endpoint: Endpoint, fault: Fault
) -> None:
    endpoint.spec(scripted_spec())
    endpoint.inject(fault)
    record = endpoint.release("1", scripted())
    assert record.outcome == "succeeded", record.reason
    failed = [
        event
        for event in stage.history(record.execution)
        if event["type"] in {"TaskFailed", "TaskRetryScheduled"}
    ]
    assert failed, "the workflow did not have to try again"


def test_throttling_without_end_fails_the_release_and_leaves_nothing(
    stage: Stage, endpoint: Endpoint
) -> None:
    endpoint.spec(scripted_spec())
    fault = Fault("sagemaker", "CreateEndpointConfig", "ThrottlingException", "Rate exceeded", None)
    endpoint.inject(fault)
    record = endpoint.release("1", scripted())
    stage.sandbox.account.gateway.faults.clear()
    assert (record.outcome, endpoint.made()) == ("failed", {})
    assert "Rate exceeded" in record.reason
    assert endpoint.has_input("1")


@pytest.mark.parametrize("operation", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
def test_what_was_made_by_a_call_whose_reply_was_lost_is_adopted(
    stage: Stage, endpoint: Endpoint, operation: str
) -> None:
    since = len(stage.sandbox.account.gateway.records)
    endpoint.spec(scripted_spec())
    endpoint.inject(Fault("sagemaker", operation, lose_reply=True))
    record = endpoint.release("1", scripted(operation))
    assert record.outcome == "succeeded", record.reason
    # Carried out once, refused once as existing.
    assert calls(stage, operation, since) == [None, "ValidationException"]
    made = endpoint.made()
    assert [len(made[kind]) for kind in ("endpoints", "configs", "models")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sagemaker", "DeleteEndpoint"),
        ("application-autoscaling", "RegisterScalableTarget"),
        ("cloudwatch", "PutMetricAlarm"),
        ("events", "PutEvents"),
        ("sns", "Publish"),
        ("stepfunctions", "SendTaskSuccess"),
        ("dynamodb", "UpdateItem"),
    ],
)
def test_other_lost_replies_change_nothing_of_the_outcome(
    endpoint: Endpoint, service: str, operation: str
) -> None:
    endpoint.spec(scripted_spec())
    endpoint.inject(Fault(service, operation, lose_reply=True))
    smoke = [{"content_type": "text/csv", "body": "x", "expect": "other"}]
    fails = operation == "DeleteEndpoint"
    record = endpoint.release("1", scripted(operation), smoke if fails else None)
    assert record.outcome == ("failed" if fails else "succeeded"), record.reason
    assert bool(endpoint.made()) is not fails


def test_a_lost_reply_to_starting_the_parked_drop_starts_it_once(
    stage: Stage, endpoint: Endpoint
) -> None:
    endpoint.spec(scripted_spec())
    before = len(stage.executions())
    endpoint.drop("1", scripted("one"))
    stage.sandbox.advance(30)
    endpoint.drop("2", scripted("two"))
    stage.sandbox.advance(30)
    endpoint.inject(Fault("stepfunctions", "StartExecution", lose_reply=True))
    stage.finish()
    assert endpoint.outcomes() == [("1", "succeeded"), ("2", "succeeded")]
    assert len(stage.executions()) == before + 3


def test_a_configuration_that_is_not_seen_everywhere_yet_is_waited_for(
    endpoint: Endpoint,
) -> None:
    endpoint.spec(scripted_spec())
    endpoint.inject(Fault("sagemaker", "CreateEndpoint", "ValidationException", NO_CONFIG))
    record = endpoint.release("1", scripted())
    assert record.outcome == "succeeded", record.reason


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sagemaker", "CreateEndpointConfig"), ("cloudwatch", "PutMetricAlarm")],
)
def test_a_forbidden_call_fails_the_release_with_the_permission(
    stage: Stage, endpoint: Endpoint, service: str, operation: str
) -> None:
    endpoint.spec(scripted_spec())
    words = f"User: x is not authorized to perform: {service}:{operation} on resource: y"
    denied = Fault(service, operation, "AccessDeniedException", words)
    endpoint.inject(denied)
    record = endpoint.release("1", scripted())
    assert (record.outcome, endpoint.made()) == ("failed", {})
    assert f"not authorized to perform: {service}:{operation}" in record.reason
    assert endpoint.has_input("1")
    assert stage.said(endpoint.name)[-1]["detail"]["reason"] == record.reason


def test_a_quota_that_is_reached_meanwhile_is_named(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    limit = (
        "The account-level service limit 'ml.m5.large for endpoint usage' is 2 Instances, with "
        "current utilization of 2 Instances and a request delta of 2 Instances."
    )
    endpoint.inject(Fault("sagemaker", "CreateEndpoint", "ResourceLimitExceeded", limit))
    record = endpoint.release("1", scripted())
    assert (record.outcome, endpoint.made()) == ("failed", {})
    assert "ml.m5.large for endpoint usage" in record.reason
    assert endpoint.has_input("1")


def test_capacity_that_aws_does_not_have_is_said_so(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec(", instance_type: ml.c5.xlarge"))
    stage.sandbox.account.hosting.capacity.refuse("ml.c5.xlarge")
    record = endpoint.release("1", scripted())
    assert (record.outcome, endpoint.made()) == ("failed", {})
    assert "InsufficientInstanceCapacity" in record.reason
    assert "not enough capacity for 2 x ml.c5.xlarge" in record.reason
    assert endpoint.has_input("1")


def test_a_clean_up_that_fails_is_recorded_as_pending(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    for operation in ("PutMetricAlarm", "DeleteAlarms"):
        endpoint.inject(Fault("cloudwatch", operation, "AccessDenied", "Not allowed", None))
    record = endpoint.release("1", scripted())
    stage.sandbox.account.gateway.faults.clear()
    assert record.outcome == "failed"
    assert "cleanup pending" in record.reason


def test_an_endpoint_of_somebody_else_is_left_alone(
    stage: Stage, new_endpoint: Callable[[], Endpoint]
) -> None:
    ours, theirs = new_endpoint(), new_endpoint()
    ours.spec(scripted_spec())
    config = ours.release("1", scripted()).plan["names"]["endpoint_config"]
    stage.client("sagemaker").create_endpoint(EndpointName=theirs.name, EndpointConfigName=config)
    stage.sandbox.advance(600)
    theirs.spec(scripted_spec())
    record = theirs.release("1", scripted("other"))
    assert record.outcome == "failed"
    assert "which Slipway did not make" in record.reason
    assert theirs.ask("you") == "hello to you"
    assert theirs.made() == {"endpoints": [theirs.name]}
