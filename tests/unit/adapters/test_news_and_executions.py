from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from botocore.stub import ANY, Stubber

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clients import client
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.faults import passing_faults
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.ended import FORGOTTEN, Ended
from slipway.errors import DashboardRefused, ServiceBusy
from slipway.ports import News
from slipway.usecases.ring_again import ring_again
from tests.fakes.make import MACHINE, execution

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parents[3] / "docs" / "events"
NEWS = News(
    "Release Succeeded",
    "churn",
    "Version 1 serves on endpoint churn — at last",
    release="1-abc",
    version="1",
    execution=execution("one"),
    facts={"outcome": "succeeded"},
)
DEFINITION = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}


@pytest.fixture
def heard(aws: None) -> Iterator[list[dict[str, Any]]]:
    """What a queue hears that subscribed to the topic."""
    queue = client("sqs").create_queue(QueueName="heard")["QueueUrl"]
    topic = client("sns").create_topic(Name="news")["TopicArn"]
    arn = "arn:aws:sqs:us-east-1:123456789012:heard"
    raw = {"RawMessageDelivery": "true"}
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
    client("events").create_event_bus(Name="slipway")
    BusAndTopic("slipway", topic, "us-east-1").announce(NEWS)
    messages = client("sqs").receive_message(QueueUrl=queue).get("Messages", [])
    yield [json.loads(message["Body"]) for message in messages]


def test_programs_hear_the_event_as_its_schema_says(heard: list[dict[str, Any]]) -> None:
    (message,) = heard
    # moto passes the whole structure on; SNS would choose the queue's part.
    event = json.loads(message["default"]) if "default" in message else message
    jsonschema.validate(event, json.loads((SCHEMAS / "release-succeeded.schema.json").read_text()))
    assert event["detail"]["links"]["execution"].endswith(execution("one"))


def test_news_of_any_size_reach_people_and_programs(aws: None) -> None:
    judgements = [{"reason": "so 'quoted'" * 400} for _ in range(500)]
    facts = {"outcome": "failed", "judgements": judgements}
    long = replace(NEWS, reason='"\\\n' * 100_000, endpoint="ch\nurn", facts=facts)
    sent = []
    topic = client("sns").create_topic(Name="news")["TopicArn"]
    client("events").create_event_bus(Name="slipway")
    client("sns").meta.events.register(
        "before-parameter-build.sns.Publish", lambda params, **_: sent.append(dict(params))
    )
    BusAndTopic("slipway", topic, "us-east-1").announce(long)
    (request,) = sent
    assert len(request["Message"].encode()) <= 262_144
    assert request["Subject"].isprintable()
    detail = json.loads(json.loads(request["Message"])["default"])["detail"]
    assert (detail["outcome"], detail["judgements"]) == ("failed", [])


def test_an_event_that_the_bus_refuses_inside_a_200_is_tried_again(aws: None) -> None:
    with Stubber(client("events")) as stubber:
        failed = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}
        stubber.add_response("put_events", failed, {"Entries": ANY})
        with pytest.raises(ServiceBusy, match="ThrottlingException"):
            BusAndTopic("slipway", "arn:topic", "us-east-1").announce(NEWS)


def test_an_execution_that_does_not_exist_does_not_run(aws: None) -> None:
    assert StepFunctionsExecutions().runs(execution("never")) is None
    # Step Functions forgets after 90 days: whoever holds something then is over as well.
    assert StepFunctionsExecutions().ended(execution("never")) == Ended(
        execution("never"), FORGOTTEN
    )
    assert StepFunctionsExecutions().ending(execution("never")) == ""


def test_a_named_execution_is_started_once(aws: None) -> None:
    role = "arn:aws:iam::123456789012:role/release"
    machine = client("stepfunctions").create_state_machine(
        name="release", definition=json.dumps(DEFINITION), roleArn=role
    )["stateMachineArn"]
    assert machine == MACHINE
    executions = StepFunctionsExecutions()
    executions.start(machine, "abc-2", {"attempt": 2})
    executions.start(machine, "abc-2", {"attempt": 2})
    found = client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert [each["name"] for each in found] == ["abc-2"]
    assert executions.runs(found[0]["executionArn"])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "States.Timeout"}, "States.Timeout"),
        ({"error": "Stopped", "cause": "by hand"}, "Stopped: by hand"),
        ({}, ""),
    ],
)
def test_how_an_execution_ended_is_read(aws: None, answer: dict[str, str], words: str) -> None:
    described = {
        "executionArn": execution("one"),
        "stateMachineArn": MACHINE,
        "startDate": 0,
        "status": "ABORTED",
        **answer,
    }
    with Stubber(client("stepfunctions")) as stubber:
        stubber.add_response("describe_execution", described)
        assert StepFunctionsExecutions().ending(execution("one")) == words


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_task_that_no_longer_waits_is_not_woken(aws: None, code: str) -> None:
    with Stubber(client("stepfunctions")) as stubber:
        stubber.add_client_error("send_task_success", code)
        assert StepFunctionsExecutions().wake("token") is False


def test_a_waiting_task_is_woken(aws: None) -> None:
    with Stubber(client("stepfunctions")) as stubber:
        stubber.add_response("send_task_success", {}, {"taskToken": "token", "output": "{}"})
        assert StepFunctionsExecutions().wake("token") is True


def refused(code: str, status: int) -> ClientError:
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "AnyOperation")  # type: ignore[arg-type]  # a stub of a response


@pytest.mark.parametrize(
    "error",
    [
        refused("ThrottlingException", 400),
        refused("SlowDown", 503),
        refused("ExecutionLimitExceeded", 400),
        refused("Whatever", 500),
        ConnectTimeoutError(endpoint_url="https://sagemaker"),
    ],
)
def test_what_passes_is_named_so_that_workflows_retry_it(error: Exception) -> None:
    with pytest.raises(ServiceBusy), passing_faults():
        raise error


def test_what_does_not_pass_keeps_its_name() -> None:
    with pytest.raises(ClientError, match="AccessDenied"), passing_faults():
        raise refused("AccessDenied", 403)


@pytest.mark.parametrize("code", ["ObjectNotFoundException", "ValidationException"])
def test_a_target_that_is_gone_is_deregistered(aws: None, code: str) -> None:
    with Stubber(client("application-autoscaling")) as stubber:
        words = "No scalable target found for service namespace: sagemaker"
        stubber.add_client_error("deregister_scalable_target", code, words)
        VariantScaling().deregister("endpoint/churn/variant/one")


def test_another_refusal_to_deregister_is_an_error(aws: None) -> None:
    with Stubber(client("application-autoscaling")) as stubber:
        stubber.add_client_error("deregister_scalable_target", "ValidationException", "bad id")
        with pytest.raises(ClientError):
            VariantScaling().deregister("endpoint/churn")


def test_alarms_and_dashboards_come_and_go(aws: None) -> None:
    guards = CloudWatchGuards()
    alarm = {
        "AlarmName": "slipway-churn/one/latency",
        "MetricName": "ModelLatency",
        "Namespace": "AWS/SageMaker",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    guards.put_alarms([alarm])
    guards.put_dashboard("slipway-churn", '{"widgets": []}')
    guards.delete_alarms(["slipway-unknown", alarm["AlarmName"]])  # type: ignore[list-item]  # plain data
    guards.delete_dashboard("slipway-churn")
    guards.delete_dashboard("slipway-churn")
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert client("cloudwatch").list_dashboards()["DashboardEntries"] == []


def test_a_dashboard_that_is_accepted_with_warnings_is_refused(aws: None) -> None:
    with Stubber(client("cloudwatch")) as stubber:
        warning = [{"DataPath": "/widgets/0", "Message": "Invalid expression"}]
        stubber.add_response("put_dashboard", {"DashboardValidationMessages": warning})
        with pytest.raises(DashboardRefused, match="Invalid expression"):
            CloudWatchGuards().put_dashboard("slipway-churn", "{}")


def test_a_dashboard_that_is_not_accepted_is_refused(aws: None) -> None:
    with Stubber(client("cloudwatch")) as stubber:
        stubber.add_client_error("put_dashboard", "InvalidParameterInput", "too many widgets")
        with pytest.raises(DashboardRefused, match="too many widgets"):
            CloudWatchGuards().put_dashboard("slipway-churn", "{}")


def test_alarms_of_an_endpoint_that_ring_are_asked_again(aws: None) -> None:
    states = {
        "slipway-churn/1/cpu": "ALARM",
        "slipway-churn/1/disk": "OK",
        "slipway-x/1/cpu": "ALARM",
    }
    for name, state in states.items():
        put_alarm(name)
        client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=state, StateReason="so")
    answer = ring_again("churn", alarms=CloudWatchGuards())
    assert answer == {"alarms": ["slipway-churn/1/cpu"]}
    found = client("cloudwatch").describe_alarms()["MetricAlarms"]
    states["slipway-churn/1/cpu"] = "INSUFFICIENT_DATA"
    assert {alarm["AlarmName"]: alarm["StateValue"] for alarm in found} == states


def test_an_alarm_that_was_deleted_meanwhile_is_not_asked(aws: None) -> None:
    CloudWatchGuards().ring_again("slipway-churn/1/cpu", "no longer there")


def put_alarm(name: str) -> None:
    client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SageMaker",
        MetricName="Invocations",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
