from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_workflows.conftest import START, FunctionError, invoke

if TYPE_CHECKING:
    from sandbox_workflows.conftest import Workshop

OUTPUT = "{% $states.result.Payload %}"
PASS: dict[str, Any] = {"Type": "Pass", "End": True}


def spread(state: dict[str, Any], kind: str = "STANDARD", **fields: Any) -> dict[str, Any]:
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
        "StartAt": "Child",
        "States": {"Child": state},
    }
    return {"Each": {"Type": "Map", "ItemProcessor": processor, "End": True} | fields}


def bucket(account: Workshop, **objects: str) -> str:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="data")
    for name, body in objects.items():
        s3.put_object(Bucket="data", Key=name.replace("__", "/"), Body=body.encode())
    return "data"


def read(kind: str | None, key: str = "items", **config: Any) -> dict[str, Any]:
    if kind is None:
        resource, arguments = "listObjectsV2", {"Bucket": "data", "Prefix": key}
    else:
        resource, arguments = "getObject", {"Bucket": "data", "Key": key}
        config["InputType"] = kind
    reader = {"Resource": f"arn:aws:states:::s3:{resource}", "Arguments": arguments}
    return reader | ({"ReaderConfig": config} if config else {})


def test_children_are_executions_of_their_own(account: Workshop) -> None:
    account.function("f", lambda given: given)
    seen = {"id": "{% $states.context.Execution.Id %}", "in": "{% $states.input %}"}
    output = account.run(spread(invoke("f", seen, Output=OUTPUT), Label="Work"), ["a", "b"])
    assert [child["in"] for child in output] == ["a", "b"]
    ids = [child["id"] for child in output]
    assert len(set(ids)) == 2
    prefix = "arn:aws:states:us-east-1:123456789012:execution:machine-0/Work:"
    assert all(child.startswith(prefix) for child in ids)
    types = [event["type"] for event in account.history(account.last)]
    assert types[1:7] == [
        "MapStateEntered",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
    ]


def test_children_call_as_the_machines_role(account: Workshop) -> None:
    account.function("f", lambda _: 1)
    account.run(spread(invoke("f", Output=OUTPUT)), [1])
    principal = account.calls[-1].principal
    assert principal.arn == "arn:aws:iam::123456789012:role/machine"
    assert principal.session == "run"


def test_standard_children_are_billed_and_express_ones_are_not(account: Workshop) -> None:
    account.run(spread(PASS), [1, 2, 3])
    assert account.workflows.transitions(account.last) == 2 + 1 + 3
    account.run(spread(PASS, "EXPRESS"), [1, 2, 3])
    assert account.workflows.transitions(account.last) == 2 + 1


def test_an_express_child_has_five_minutes(account: Workshop) -> None:
    result = account.run(spread({"Type": "Wait", "Seconds": 400, "End": True}, "EXPRESS"), [1])
    assert result.startswith("FAILED States.ExceedToleratedFailureThreshold")
    assert account.kernel.now() == START + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (read("JSON", "j"), [1, {"a": None}]),
        (read("JSON", "j", MaxItems=1), [1]),
        (read("JSONL", "l"), [{"x": 1}, {"x": 2}]),
        (
            read("CSV", "c", CSVHeaderLocation="FIRST_ROW"),
            [{"a": "1", "b": "2"}, {"a": "3", "b": ""}],
        ),
        (
            read("CSV", "c", CSVHeaderLocation="GIVEN", CSVHeaders=["x"]),
            [{"x": "a"}, {"x": "1"}, {"x": "3"}],
        ),
    ],
)
def test_items_are_read_from_an_object(
    account: Workshop, reader: dict[str, Any], expected: list[Any]
) -> None:
    bucket(account, j='[1, {"a": null}]', l='{"x":1}\n\n{"x":2}\n', c="a,b\n1,2\n3\n")
    assert account.run(spread(PASS, ItemReader=reader)) == expected


def test_items_are_the_objects_under_a_prefix(account: Workshop) -> None:
    bucket(account, in__one="1", in__two="22", other="x")
    output = account.run(spread(PASS, ItemReader=read(None, "in/")))
    assert [(entry["Key"], entry["Size"]) for entry in output] == [("in/one", 1), ("in/two", 2)]
    assert set(output[0]) == {"Etag", "Key", "LastModified", "Size", "StorageClass"}


def test_what_cannot_be_read_fails_as_aws_says(account: Workshop) -> None:
    bucket(account, j='{"no": "list"}')
    for key in ("j", "missing"):
        result = account.run(spread(PASS, ItemReader=read("JSON", key)))
        assert result.startswith("FAILED States.ItemReaderFailed")


def test_items_come_in_batches(account: Workshop) -> None:
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"run": "{% $states.input[0] %}"}}
    assert account.run(spread(PASS, ItemBatcher=batcher), [1, 2, 3]) == [
        {"BatchInput": {"run": 1}, "Items": [1, 2]},
        {"BatchInput": {"run": 1}, "Items": [3]},
    ]


def test_batches_have_a_size_too(account: Workshop) -> None:
    items = ["x" * 400] * 5
    output = account.run(spread(PASS, ItemBatcher={"MaxInputBytesPerBatch": 1000}), items)
    assert [len(batch["Items"]) for batch in output] == [2, 2, 1]


def failing(account: Workshop, bad: set[int]) -> dict[str, Any]:
    def work(item: int) -> int:
        account.kernel.sleep(1)
        if item in bad:
            raise FunctionError("Bad")
        return item

    account.function("f", work)
    return invoke("f", "{% $states.input %}", Output=OUTPUT)


def test_the_first_failure_fails_a_map_that_tolerates_none(account: Workshop) -> None:
    result = account.run(spread(failing(account, {2}), MaxConcurrency=1), [1, 2, 3, 4])
    assert result.startswith("FAILED States.ExceedToleratedFailureThreshold")
    assert len(account.calls) == 2


@pytest.mark.parametrize(
    ("tolerated", "succeeds"),
    [
        ({"ToleratedFailureCount": 2}, True),
        ({"ToleratedFailureCount": 1}, False),
        ({"ToleratedFailurePercentage": 50}, True),
        ({"ToleratedFailurePercentage": 49}, False),
        ({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 10}, False),
    ],
)
def test_some_failures_are_tolerated_and_written_down(
    account: Workshop, tolerated: dict[str, Any], succeeds: bool
) -> None:
    name = bucket(account)
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Arguments": {"Bucket": name, "Prefix": "out"},
    }
    state = failing(account, {2, 4})
    result = account.run(spread(state, ResultWriter=writer, **tolerated), [1, 2, 3, 4])
    if not succeeds:
        assert result.startswith("FAILED States.ExceedToleratedFailureThreshold")
        return
    s3 = account.client("s3")
    key = result["ResultWriterDetails"]["Key"]
    manifest = json.loads(s3.get_object(Bucket=name, Key=key)["Body"].read())
    assert manifest["MapRunArn"] == result["MapRunArn"]
    contents = {}
    for status, files in manifest["ResultFiles"].items():
        bodies = [s3.get_object(Bucket=name, Key=file["Key"])["Body"].read() for file in files]
        contents[status] = [entry for body in bodies for entry in json.loads(body)]
    assert [entry["Output"] for entry in contents["SUCCEEDED"]] == ["1", "3"]
    assert [entry["Error"] for entry in contents["FAILED"]] == ["Bad", "Bad"]
    assert contents["PENDING"] == []


def test_a_stop_stops_the_children(account: Workshop) -> None:
    arn = account.start(
        account.create(spread({"Type": "Wait", "Seconds": 100, "End": True}, MaxConcurrency=1)),
        [1, 2, 3],
    )
    account.kernel.advance(10)
    account.client("stepfunctions").stop_execution(executionArn=arn)
    before = account.workflows.transitions(arn)
    account.kernel.advance(1000)
    assert account.workflows.transitions(arn) == before
    assert account.status(arn) == "ABORTED"


def test_a_redrive_runs_only_what_did_not_succeed(account: Workshop) -> None:
    bad = {2, 4}
    state = failing(account, bad)
    states = spread(state, "EXPRESS", MaxConcurrency=2)
    assert account.run(states, [1, 2, 3, 4]).startswith("FAILED")
    before = len(account.calls)
    bad.clear()
    arn = account.last
    account.client("stepfunctions").redrive_execution(executionArn=arn)
    account.kernel.settle()
    account.kernel.advance(60)
    described = account.describe(arn)
    assert (described["status"], described["output"]) == ("SUCCEEDED", "[1,2,3,4]")
    assert len(account.calls) - before < 4
    types = [event["type"] for event in account.history(arn)]
    assert types.count("MapRunStarted") == types.count("MapRunRedriven") == 1


def test_a_redrive_reads_items_that_could_not_be_read(account: Workshop) -> None:
    result = account.run(spread(PASS, ItemReader=read("JSON", "j")))
    assert result.startswith("FAILED")
    arn = account.last
    bucket(account, j="[1, 2]")
    account.client("stepfunctions").redrive_execution(executionArn=arn)
    account.kernel.settle()
    assert account.describe(arn)["output"] == "[1,2]"


def test_a_stopped_map_goes_on_with_what_had_not_ended(account: Workshop) -> None:
    arn = account.start(
        account.create(spread({"Type": "Wait", "Seconds": 100, "End": True}, MaxConcurrency=1)),
        [1, 2, 3],
    )
    account.kernel.advance(150)
    account.client("stepfunctions").stop_execution(executionArn=arn)
    account.kernel.advance(1000)
    account.client("stepfunctions").redrive_execution(executionArn=arn)
    account.kernel.advance(150)
    assert account.status(arn) == "RUNNING"
    account.kernel.advance(100)
    assert account.status(arn) == "SUCCEEDED"
