from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_workflows.conftest import ROLE, START, FunctionError, invoke

if TYPE_CHECKING:
    from sandbox_workflows.conftest import Workshop

NOBODYS = "arn:aws:states:us-east-1:123456789012:stateMachine"
WAIT = {"W": {"Type": "Wait", "Seconds": 100, "End": True}}


def refusal(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return str(caught.value.response["Error"]["Code"])


def test_the_same_name_and_input_is_the_same_execution_while_it_runs(account: Workshop) -> None:
    arn = account.create(WAIT)
    start = account.client("stepfunctions").start_execution
    first = start(stateMachineArn=arn, name="one", input='{"a": 1}')
    assert start(stateMachineArn=arn, name="one", input='{"a":1}') == first | {
        "ResponseMetadata": first["ResponseMetadata"]
    }
    other = {"stateMachineArn": arn, "name": "one", "input": "{}"}
    assert refusal(start, **other) == "ExecutionAlreadyExists"
    account.kernel.advance(200)
    assert refusal(start, **other | {"input": '{"a":1}'}) == "ExecutionAlreadyExists"


def test_a_name_is_free_again_after_90_days(account: Workshop) -> None:
    arn = account.create(WAIT)
    account.start(arn, name="one")
    account.kernel.advance(100 + 90 * 86400 - 1)
    start = account.client("stepfunctions").start_execution
    assert refusal(start, stateMachineArn=arn, name="one") == "ExecutionAlreadyExists"
    account.kernel.advance(1)
    start(stateMachineArn=arn, name="one")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"name": "a b"}, "InvalidName"),
        ({"name": "a/b"}, "InvalidName"),
        ({"input": "{"}, "InvalidExecutionInput"),
        ({"input": "[NaN]"}, "InvalidExecutionInput"),
        ({"input": json.dumps("x" * 262_144)}, "ValidationException"),
        (
            {"stateMachineArn": "arn:aws:states:us-east-1:1:stateMachine:no"},
            "StateMachineDoesNotExist",
        ),
    ],
)
def test_a_start_is_refused(account: Workshop, params: dict[str, str], code: str) -> None:
    given = {"stateMachineArn": account.create(WAIT)} | params
    assert refusal(account.client("stepfunctions").start_execution, **given) == code


def test_a_name_of_81_characters_is_refused(account: Workshop) -> None:
    start = account.client("stepfunctions").start_execution
    arn = account.create(WAIT)
    assert refusal(start, stateMachineArn=arn, name="x" * 81) in {
        "InvalidName",
        "ValidationException",
    }


def test_statuses_are_told_on_the_bus(account: Workshop) -> None:
    arn = account.start(account.create(WAIT), {"a": 1}, name="one")
    account.kernel.advance(100)
    kinds = {(source, kind) for source, kind, _, _ in account.emitted}
    assert kinds == {("aws.states", "Step Functions Execution Status Change")}
    running, succeeded = (detail for _, _, detail, _ in account.emitted)
    began = round(START.timestamp() * 1000)
    assert running["status"] == "RUNNING"
    assert (running["startDate"], running["stopDate"]) == (began, None)
    assert succeeded["status"] == "SUCCEEDED"
    assert succeeded["stopDate"] == began + 100_000
    assert succeeded["output"] == '{"a":1}'
    assert account.emitted[0][3] == [arn]


@pytest.mark.parametrize("end", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_every_other_end_is_told_too(account: Workshop, end: str) -> None:
    states = {"F": {"Type": "Fail", "Error": "E"}} if end == "FAILED" else WAIT
    limit = {"TimeoutSeconds": 10} if end == "TIMED_OUT" else {}
    arn = account.start(account.create(states, **limit))
    account.kernel.settle()
    if end == "ABORTED":
        account.client("stepfunctions").stop_execution(executionArn=arn)
    account.kernel.advance(10)
    assert [detail["status"] for _, _, detail, _ in account.emitted] == ["RUNNING", end]
    assert account.describe(arn)["status"] == end


def test_executions_are_listed_newest_first_and_by_status(account: Workshop) -> None:
    arn = account.create(WAIT)
    for name in ("a", "b", "c"):
        account.start(arn, name=name)
        account.kernel.advance(40)
    listed = account.client("stepfunctions").list_executions
    page = listed(stateMachineArn=arn, maxResults=2)
    rest = listed(stateMachineArn=arn, nextToken=page["nextToken"])
    names = [entry["name"] for entry in page["executions"] + rest["executions"]]
    assert names == ["c", "b", "a"]
    running = listed(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    assert [entry["name"] for entry in running] == ["c", "b"]


def test_a_history_has_pages_and_both_directions(account: Workshop) -> None:
    arn = account.start(account.create(WAIT))
    account.kernel.advance(100)
    get = account.client("stepfunctions").get_execution_history
    forward = [event["id"] for event in get(executionArn=arn)["events"]]
    page = get(executionArn=arn, reverseOrder=True, maxResults=2)
    rest = get(executionArn=arn, reverseOrder=True, nextToken=page["nextToken"])
    assert [event["id"] for event in page["events"] + rest["events"]] == forward[::-1]


def test_a_running_execution_keeps_its_definition(account: Workshop) -> None:
    arn = account.create(WAIT)
    execution = account.start(arn)
    client = account.client("stepfunctions")
    changed = json.dumps(
        {"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Succeed"}}}
    )
    client.update_state_machine(stateMachineArn=arn, definition=changed)
    account.kernel.advance(99)
    assert account.status(execution) == "RUNNING"
    used = client.describe_state_machine_for_execution(executionArn=execution)
    assert "Wait" in used["definition"]
    assert client.describe_state_machine(stateMachineArn=arn)["definition"] == changed


def test_a_machine_with_another_definition_is_no_duplicate(account: Workshop) -> None:
    assert account.create(WAIT) == account.create(WAIT)
    with pytest.raises(ClientError, match="StateMachineAlreadyExists"):
        account.create({"S": {"Type": "Succeed"}})


def test_a_refused_machine_leaves_nothing_behind(account: Workshop) -> None:
    with pytest.raises(ClientError, match="InvalidDefinition.*nobody|InvalidDefinition.*Next"):
        account.create({"A": {"Type": "Pass"}})
    with pytest.raises(ClientError, match="InvalidDefinition"):
        account.create({"W": {"Type": "Wait", "Timestamp": "tomorrow", "End": True}})
    assert account.workflows.backend.state_machines == []
    assert account.run(WAIT, 5) == 5


def test_what_the_sandbox_has_not_is_refused_by_name(account: Workshop) -> None:
    client = account.client("stepfunctions")
    with pytest.raises(ClientError, match="stepfunctions:CreateActivity"):
        client.create_activity(name="a")
    with pytest.raises(ClientError, match="EXPRESS"):
        client.create_state_machine(name="x", definition="{}", roleArn=ROLE, type="EXPRESS")


def test_definitions_are_validated_without_creating(account: Workshop) -> None:
    validate = account.client("stepfunctions").validate_state_machine_definition
    bad = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass"}}}
    reply = validate(definition=json.dumps(bad))
    assert reply["result"] == "FAIL"
    assert reply["diagnostics"][0]["location"] == "A"


def test_a_redrive_goes_on_where_the_execution_failed(account: Workshop) -> None:
    broken = [True]

    def work(given: Any) -> Any:
        if broken[0]:
            raise FunctionError("Down")
        return given

    account.function("f", work)
    states = {
        "Set": {"Type": "Pass", "Assign": {"n": 7}, "Output": "given", "Next": "Call"},
        "Call": invoke(
            "f",
            "{% [$states.input, $n, $states.context.Execution.RedriveCount] %}",
            Output="{% $states.result.Payload %}",
        ),
    }
    account.run(states)
    arn = account.last
    broken[0] = False
    client = account.client("stepfunctions")
    client.redrive_execution(executionArn=arn)
    account.kernel.settle()
    described = account.describe(arn)
    assert described["status"] == "SUCCEEDED"
    assert described["redriveCount"] == 1
    assert json.loads(described["output"]) == ["given", 7, 1]
    types = [event["type"] for event in account.history(arn)]
    assert types.count("PassStateEntered") == 1
    assert "ExecutionRedriven" in types
    assert refusal(client.redrive_execution, executionArn=arn) == "ExecutionNotRedrivable"


def test_what_ended_inside_a_parallel_is_not_redriven(account: Workshop) -> None:
    inner = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}
    account.run({"Both": {"Type": "Parallel", "Branches": [inner], "End": True}})
    client = account.client("stepfunctions")
    with pytest.raises(ClientError, match="inside a Parallel"):
        client.redrive_execution(executionArn=account.last)


def test_after_14_days_there_is_no_redrive(account: Workshop) -> None:
    account.run({"F": {"Type": "Fail", "Error": "E"}})
    assert account.describe(account.last)["redriveStatus"] == "REDRIVABLE"
    account.kernel.advance(14 * 86400 + 1)
    client = account.client("stepfunctions")
    assert account.describe(account.last)["redriveStatus"] == "NOT_REDRIVABLE"
    assert refusal(client.redrive_execution, executionArn=account.last) == "ExecutionNotRedrivable"


def test_the_same_scenario_gives_the_same_history(account: Workshop) -> None:
    def scenario() -> list[Any]:
        calls: list[int] = []

        def flaky(_: object) -> int:
            calls.append(1)
            account.kernel.sleep(3)
            if len(calls) % 3:
                raise FunctionError("Busy")
            return len(calls)

        account.function("f", flaky)
        retry = {"ErrorEquals": ["Busy"], "IntervalSeconds": 30, "JitterStrategy": "FULL"}
        inner = {"StartAt": "T", "States": {"T": invoke("f", Retry=[retry])}}
        ids = "{% [$uuid(), $random()] %}"
        states = {
            "Each": {
                "Type": "Map",
                "ItemProcessor": inner,
                "Items": [1, 2, 3],
                "Output": ids,
                "End": True,
            }
        }
        account.run(states)
        history = account.history(account.last)
        began = history[0]["timestamp"]
        for event in history:
            event["timestamp"] = (event["timestamp"] - began).total_seconds()
        return json.loads(json.dumps(history).replace(account.last, "arn"))

    first = scenario()
    account.workflows.backend.state_machines.clear()
    account.workflows.executions._runtime._sources.clear()
    assert scenario() == first
    assert len(first) > 20


def test_history_goes_to_the_log_group(account: Workshop) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/wf")
    destination = {"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/wf:*"}
    configuration = {
        "level": "ALL",
        "includeExecutionData": False,
        "destinations": [{"cloudWatchLogsLogGroup": destination}],
    }
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "W", "States": WAIT})
    create = account.client("stepfunctions").create_state_machine
    made = create(name="m", definition=definition, roleArn=ROLE, loggingConfiguration=configuration)
    account.start(made["stateMachineArn"], name="one")
    account.kernel.advance(100)
    events = logs.filter_log_events(logGroupName="/wf")["events"]
    entries = [json.loads(event["message"]) for event in events]
    assert [entry["type"] for entry in entries] == [
        "ExecutionStarted",
        "WaitStateEntered",
        "WaitStateExited",
        "ExecutionSucceeded",
    ]
    assert all("input" not in entry["details"] for entry in entries)
    destination["logGroupArn"] = "arn:aws:logs:us-east-1:123456789012:log-group:/none:*"
    given = {"name": "n", "definition": definition, "roleArn": ROLE}
    given["loggingConfiguration"] = configuration
    assert refusal(create, **given) == "InvalidLoggingConfiguration"
