from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.gateway import AwsError, Fault
from sandbox_workflows.conftest import ROLE, FunctionError, invoke

if TYPE_CHECKING:
    from sandbox.gateway import Call
    from sandbox_workflows.conftest import Workshop


def task(resource: str, arguments: Any, **fields: Any) -> dict[str, Any]:
    state = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{resource}",
        "Arguments": arguments,
        "TimeoutSeconds": 60,
    }
    return {"Call": state | ({} if "Next" in fields else {"End": True}) | fields}


def table(account: Workshop) -> None:
    account.client("dynamodb").create_table(
        TableName="ledger",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


PUT = {
    "TableName": "ledger",
    "Item": {"pk": {"S": "{% $states.input.pk %}"}, "live": {"Bool": True}},
    "ConditionExpression": "attribute_not_exists(pk)",
}


def test_the_sdk_writes_and_reads(account: Workshop) -> None:
    table(account)
    assert account.run(task("aws-sdk:dynamodb:putItem", PUT), {"pk": "a"}) == {}
    get = {"TableName": "ledger", "Key": {"pk": {"S": "a"}}}
    output = account.run(task("aws-sdk:dynamodb:getItem", get))
    assert output["Item"] == {"pk": {"S": "a"}, "live": {"Bool": True}}


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("aws-sdk:dynamodb:putItem", "DynamoDb.ConditionalCheckFailedException"),
        ("dynamodb:putItem", "DynamoDB.ConditionalCheckFailedException"),
    ],
)
def test_a_failed_condition_is_caught_by_its_name(
    account: Workshop, resource: str, name: str
) -> None:
    table(account)
    rule = {"ErrorEquals": [name], "Output": "taken", "Next": "End"}
    states = task(resource, PUT, Next="End", Catch=[rule]) | {"End": {"Type": "Succeed"}}
    account.run(states, {"pk": "a"})
    assert account.run(states, {"pk": "a"}) == "taken"


def test_an_error_without_a_name_of_its_own(account: Workshop) -> None:
    def refuse(_: Call) -> None:
        raise AwsError("ValidationException", "Cannot update in-progress endpoint")

    account.gateway.serve("sagemaker", "DescribeEndpoint", refuse)
    states = task("aws-sdk:sagemaker:describeEndpoint", {"EndpointName": "e"})
    result = account.run(states)
    assert result.startswith("FAILED SageMaker.SageMakerException: Cannot update in-progress")
    assert "(Service: SageMaker, Status Code: 400, Request ID: " in result


def test_a_lost_reply_is_the_sdks_own_error(account: Workshop) -> None:
    table(account)
    account.gateway.faults.add(Fault("dynamodb", "PutItem", lose_reply=True))
    result = account.run(task("aws-sdk:dynamodb:putItem", PUT), {"pk": "a"})
    assert result.startswith("FAILED DynamoDb.SdkClientException")


def test_calls_are_made_as_the_machines_role_in_the_executions_session(account: Workshop) -> None:
    table(account)
    account.run(task("aws-sdk:dynamodb:putItem", PUT), {"pk": "a"})
    calls = [r for r in account.gateway.records if r.operation == "PutItem"]
    assert calls[-1].principal.arn == "arn:aws:iam::123456789012:role/machine"
    assert calls[-1].principal.session == "run"


def test_credentials_name_another_role(account: Workshop) -> None:
    account.function("f", lambda _: 1)
    other = "arn:aws:iam::123456789012:role/other"
    account.run({"Call": invoke("f", Credentials={"RoleArn": other})})
    assert account.calls[-1].principal.arn == other


def test_an_action_that_waits_for_its_token(account: Workshop) -> None:
    table(account)
    item = {"pk": {"S": "t"}, "token": {"S": "{% $states.context.Task.Token %}"}}
    put = {"TableName": "ledger", "Item": item}
    arn = account.start(account.create(task("aws-sdk:dynamodb:putItem.waitForTaskToken", put)))
    account.kernel.settle()
    key = {"pk": {"S": "t"}}
    stored = account.client("dynamodb").get_item(TableName="ledger", Key=key)["Item"]
    send = account.client("stepfunctions").send_task_success
    send(taskToken=stored["token"]["S"], output='"awake"')
    account.kernel.settle()
    assert account.describe(arn)["output"] == '"awake"'


def test_a_functions_exception_is_the_error(account: Workshop) -> None:
    def fail(_: object) -> None:
        raise FunctionError("ArtifactRefused", "a bomb")

    account.function("f", fail)
    result = account.run({"Call": invoke("f")})
    assert result.startswith("FAILED ArtifactRefused: {")
    assert json.loads(result.partition(": ")[2])["errorMessage"] == "a bomb"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out"}, "Sandbox.Timedout"),
        ({"errorMessage": "2025 Task timed out after 3.00 seconds"}, "Lambda.Unknown"),
    ],
)
def test_a_failure_of_lambdas_own(account: Workshop, body: dict[str, str], name: str) -> None:
    def answer(_: Call) -> dict[str, Any]:
        payload = json.dumps(body).encode()
        return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload}

    account.gateway.serve("lambda", "Invoke", answer)
    assert account.run({"Call": invoke("f")}).startswith(f"FAILED {name}: ")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("TooManyRequestsException", "Lambda.TooManyRequestsException"),
        ("ServiceException", "Lambda.ServiceException"),
        ("AccessDeniedException", "Lambda.AWSLambdaException"),
    ],
)
def test_an_error_of_the_lambda_service(account: Workshop, code: str, name: str) -> None:
    account.gateway.faults.add(Fault("lambda", "Invoke", error=code, message="no"))
    assert account.run({"Call": invoke("f")}).startswith(f"FAILED {name}: no (Status Code: ")


def test_a_functions_result_has_aws_shape(account: Workshop) -> None:
    account.function("f", lambda given: given)
    output = account.run({"Call": invoke("f", {"a": [1, None]})})
    assert output["Payload"] == {"a": [1, None]}
    assert output["StatusCode"] == 200
    assert output["ExecutedVersion"] == "$LATEST"


def test_messages_and_events_are_sent(account: Workshop) -> None:
    sqs, sns = account.client("sqs"), account.client("sns")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    topic = sns.create_topic(Name="t")["TopicArn"]
    sent = account.run(task("sqs:sendMessage", {"QueueUrl": url, "MessageBody": {"a": 1}}))
    assert {"MD5OfMessageBody", "MessageId"} <= set(sent)
    message = sqs.receive_message(QueueUrl=url)["Messages"][0]
    assert message["Body"] == '{"a":1}'
    published = account.run(task("sns:publish", {"TopicArn": topic, "Message": {"a": 1}}))
    assert set(published) == {"MessageId"}


def test_events_carry_the_execution_and_their_failure_is_an_error(account: Workshop) -> None:
    seen: list[dict[str, Any]] = []

    def take(call: Call) -> dict[str, Any]:
        seen.extend(call.params["Entries"])
        failed = sum(entry["DetailType"] == "bad" for entry in call.params["Entries"])
        return {"FailedEntryCount": failed, "Entries": [{"ErrorCode": "X"}] * failed}

    account.gateway.serve("events", "PutEvents", take)
    entry = {"Source": "slipway", "DetailType": "good", "Detail": {"a": 1}}
    assert account.run(task("events:putEvents", {"Entries": [entry]}))["FailedEntryCount"] == 0
    assert seen[0]["Detail"] == '{"a": 1}'
    assert seen[0]["Resources"][1] == account.last
    entry["DetailType"] = "bad"
    result = account.run(task("events:putEvents", {"Entries": [entry]}))
    assert result.startswith("FAILED EventBridge.FailedEntry")


@pytest.mark.parametrize(("pattern", "output"), [(".sync:2", {"n": 3}), (".sync", '{"n":3}')])
def test_a_workflow_waits_for_another(account: Workshop, pattern: str, output: Any) -> None:
    slow = {"Type": "Wait", "Seconds": 500, "Output": {"n": "{% $states.input.n + 1 %}"}}
    inner = account.create({"W": slow | {"End": True}}, name="inner")
    start = {"StateMachineArn": inner, "Input": {"n": 2}}
    states = task(f"states:startExecution{pattern}", start, TimeoutSeconds=1000)
    result = account.run(states)
    assert result["Status"] == "SUCCEEDED"
    assert result["Output"] == output


def test_a_failed_workflow_is_a_failed_task(account: Workshop) -> None:
    inner = account.create({"F": {"Type": "Fail", "Error": "Inner"}}, name="inner")
    states = task("states:startExecution.sync:2", {"StateMachineArn": inner})
    result = account.run(states)
    assert result.startswith("FAILED States.TaskFailed: {")
    assert '"Error": "Inner"' in result


def test_a_name_that_is_taken(account: Workshop) -> None:
    inner = account.create({"F": {"Type": "Succeed"}}, name="inner")
    start = {"StateMachineArn": inner, "Name": "once"}
    assert "ExecutionArn" in account.run(task("states:startExecution", start))
    result = account.run(task("states:startExecution", start))
    assert result.startswith("FAILED StepFunctions.ExecutionAlreadyExistsException")
    result = account.run(task("aws-sdk:sfn:startExecution", start))
    assert result.startswith("FAILED Sfn.ExecutionAlreadyExistsException")


def _stopped_while_it_waits(account: Workshop) -> tuple[str, str]:
    """Stop an execution that waits for another one; return the ARNs of both."""
    wait = {"Type": "Wait", "Seconds": 500, "End": True}
    inner = account.create({"W": wait}, name="inner")
    start = {"StateMachineArn": inner, "Name": "child"}
    states = task("states:startExecution.sync:2", start, TimeoutSeconds=1000)
    parent = account.start(account.create(states, name="outer"))
    account.kernel.advance(60)
    child = inner.replace(":stateMachine:", ":execution:") + ":child"
    assert account.status(child) == "RUNNING"
    account.client("stepfunctions").stop_execution(executionArn=parent)
    account.kernel.advance(60)
    assert account.status(parent) == "ABORTED"
    return parent, child


def test_a_workflow_that_is_stopped_stops_the_one_that_it_waits_for(account: Workshop) -> None:
    _, child = _stopped_while_it_waits(account)
    assert account.status(child) == "ABORTED"
    stops = [each for each in account.gateway.records if each.operation == "StopExecution"]
    assert stops[-1].principal.arn == ROLE


def test_what_cannot_be_stopped_goes_on(account: Workshop) -> None:
    fault = Fault("stepfunctions", "StopExecution", "InternalFailure", times=None, role="machine")
    account.gateway.faults.add(fault)
    _, child = _stopped_while_it_waits(account)
    assert account.status(child) == "RUNNING"
    account.kernel.advance(500)
    assert account.status(child) == "SUCCEEDED"


def test_what_is_redriven_the_moment_it_is_stopped_waits_for_another_one(account: Workshop) -> None:
    wait = {"Type": "Wait", "Seconds": 500, "End": True}
    inner = account.create({"W": wait}, name="inner")
    states = task("states:startExecution.sync:2", {"StateMachineArn": inner}, TimeoutSeconds=1000)
    parent = account.start(account.create(states, name="outer"))
    account.kernel.advance(60)
    client = account.client("stepfunctions")
    client.stop_execution(executionArn=parent)
    client.redrive_execution(executionArn=parent)
    account.kernel.advance(300)
    assert account.status(parent) == "RUNNING"
    account.kernel.advance(400)
    assert account.status(parent) == "SUCCEEDED"
    ends = [each.status for each in account.workflows.machine(inner).executions]
    assert sorted(map(str, ends)) == ["ABORTED", "SUCCEEDED"]
