"""Histories as AWS writes them: the order and the links of events that were recorded there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.account import Account
from sandbox.events.metrics import Metrics
from sandbox.kernel import Kernel
from sandbox.replacing import restore
from sandbox.workflows import install

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLE = "arn:aws:iam::123456789012:role/machine"


class Alone(Account):
    """The account with Step Functions alone."""

    def _install(self) -> None:
        self.metrics = Metrics(self.kernel)
        self.workflows = install(self)

    def emit(self, *_: Any, **__: Any) -> None:
        pass


class NoServer:
    url = "http://127.0.0.1:9"

    def __init__(self, *_: object) -> None:
        pass


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Alone]:
    monkeypatch.setattr("sandbox.account.Server", NoServer)
    kernel = Kernel()
    alone = Alone(kernel)
    # What a machine's role may do is proved with real roles; nobody made this one.
    alone.gateway.authorize = None
    yield alone
    alone.workflows.close()
    restore()
    kernel.close()


def branch(name: str, state: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": name, "States": {name: state}}


def fail(error: str) -> dict[str, Any]:
    return {"Type": "Fail", "Error": error, "Cause": "a reason"}


END = {"Type": "Pass", "End": True}
CATCH = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]

# Machine, input, and what AWS recorded: (type, previousEventId) of each event after the first.
RECORDED: list[tuple[str, dict[str, Any], Any, list[tuple[str, int]]]] = [
    (
        "a failed branch that is caught",
        {
            "Both": {
                "Type": "Parallel",
                "Branches": [branch("Branch", fail("FailureType"))],
                "Catch": CATCH,
                "Next": "Caught",
            },
            "Caught": END,
        },
        {},
        [
            ("ParallelStateEntered", 0),
            ("ParallelStateStarted", 2),
            ("FailStateEntered", 3),
            ("ParallelStateFailed", 4),
            ("ParallelStateExited", 5),
            ("PassStateEntered", 6),
            ("PassStateExited", 7),
            ("ExecutionSucceeded", 8),
        ],
    ),
    (
        "a failed item that is caught",
        {
            "Each": {
                "Type": "Map",
                "ItemProcessor": branch("Item", fail("ItemError")),
                "Catch": CATCH,
                "Next": "Caught",
            },
            "Caught": END,
        },
        [1],
        [
            ("MapStateEntered", 0),
            ("MapStateStarted", 2),
            ("MapIterationStarted", 3),
            ("FailStateEntered", 4),
            ("MapIterationFailed", 5),
            ("MapStateFailed", 5),
            ("MapStateExited", 7),
            ("PassStateEntered", 8),
            ("PassStateExited", 9),
            ("ExecutionSucceeded", 10),
        ],
    ),
    (
        "items that are no array",
        {
            "Each": {"Type": "Map", "Items": "{% 1 %}", "ItemProcessor": branch("I", END)}
            | {"End": True}
        },
        {},
        [
            ("MapStateEntered", 0),
            ("EvaluationFailed", 2),
            ("MapStateFailed", 3),
            ("ExecutionFailed", 4),
        ],
    ),
    (
        "a distributed map",
        {
            "Each": {
                "Type": "Map",
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
                }
                | branch("Child", END),
                "End": True,
            }
        },
        [0],
        [
            ("MapStateEntered", 0),
            ("MapStateStarted", 2),
            ("MapRunStarted", 3),
            ("MapRunSucceeded", 4),
            ("MapStateSucceeded", 5),
            ("MapStateExited", 5),
            ("ExecutionSucceeded", 7),
        ],
    ),
]


@pytest.mark.parametrize(
    ("states", "given", "events"),
    [case[1:] for case in RECORDED],
    ids=[case[0] for case in RECORDED],
)
def test_a_history_has_the_recorded_events(
    account: Alone, states: dict[str, Any], given: Any, events: list[tuple[str, int]]
) -> None:
    machine = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    client = account.client("stepfunctions")
    arn = client.create_state_machine(
        name="recorded", definition=json.dumps(machine), roleArn=ROLE
    )["stateMachineArn"]
    started = client.start_execution(stateMachineArn=arn, input=json.dumps(given))
    account.kernel.settle()
    history = client.get_execution_history(executionArn=started["executionArn"])["events"]
    assert [(event["type"], event["previousEventId"]) for event in history[1:]] == events
