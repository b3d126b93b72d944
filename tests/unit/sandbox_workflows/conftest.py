"""An account with Step Functions alone; functions are Python callables."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.account import Account
from sandbox.events.metrics import Metrics
from sandbox.gateway import AwsError, Call
from sandbox.kernel import Kernel
from sandbox.replacing import restore
from sandbox.workflows import install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROLE = "arn:aws:iam::123456789012:role/machine"
START = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


class FunctionError(Exception):
    """Raised by a function of a test: its type and its message."""

    def __init__(self, kind: str, message: str = "no") -> None:
        super().__init__(message)
        self.kind = kind


class Workshop(Account):
    """The account, with short ways to run a machine."""

    def _install(self) -> None:
        self.emitted: list[tuple[str, str, dict[str, Any], list[str]]] = []
        self.functions_by_name: dict[str, Callable[[Any], Any]] = {}
        self.calls: list[Call] = []
        self.gateway.serve("lambda", "Invoke", self._invoke)
        self.metrics = Metrics(self.kernel)
        self.workflows = install(self)

    def close(self) -> None:
        self.workflows.close()
        restore()
        self._server.close()
        self.kernel.close()

    def emit(
        self, source: str, detail_type: str, detail: dict[str, Any], resources: Any = ()
    ) -> None:
        self.emitted.append((source, detail_type, detail, list(resources)))

    def create(self, states: dict[str, Any], name: str = "machine", **fields: Any) -> str:
        machine = {
            "QueryLanguage": "JSONata",
            "StartAt": next(iter(states)),
            "States": states,
        } | fields
        reply = self.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(machine), roleArn=ROLE
        )
        return str(reply["stateMachineArn"])

    def start(self, arn: str, given: Any = None, name: str | None = None) -> str:
        params = {"stateMachineArn": arn, "input": json.dumps(given if given is not None else {})}
        if name is not None:
            params["name"] = name
        return str(self.client("stepfunctions").start_execution(**params)["executionArn"])

    def describe(self, arn: str) -> dict[str, Any]:
        return dict(self.client("stepfunctions").describe_execution(executionArn=arn))

    def history(self, arn: str) -> list[dict[str, Any]]:
        client = self.client("stepfunctions")
        reply = client.get_execution_history(executionArn=arn, maxResults=1000)
        return list(reply["events"])

    def run(
        self, states: dict[str, Any], given: Any = None, limit: float = 1e7, **fields: Any
    ) -> Any:
        """Run a machine to its end; its output, or `error: cause`."""
        name = f"machine-{len(self.workflows.backend.state_machines)}"
        arn = self.start(self.create(states, name, **fields), given, name="run")
        self.last = arn
        done = self.kernel.run_until(lambda: self.status(arn) != "RUNNING", limit=limit)
        assert done, "the execution did not end"
        described = self.describe(arn)
        if described["status"] == "SUCCEEDED":
            return json.loads(described["output"])
        return f"{described['status']} {described.get('error')}: {described.get('cause')}"

    def status(self, arn: str) -> str:
        return str(self.workflows.execution(arn).status)

    def function(self, name: str, work: Callable[[Any], Any]) -> None:
        self.functions_by_name[name] = work

    def _invoke(self, call: Call) -> dict[str, Any]:
        self.calls.append(call)
        name = call.params["FunctionName"]
        if name not in self.functions_by_name:
            raise AwsError("ResourceNotFoundException", f"Function not found: {name}", 404)
        given = json.loads(call.params.get("Payload") or b"{}")
        reply: dict[str, Any] = {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
        try:
            result = self.functions_by_name[name](given)
        except FunctionError as error:
            body = {"errorMessage": str(error), "errorType": error.kind}
            return reply | {"FunctionError": "Unhandled", "Payload": json.dumps(body).encode()}
        return reply | {"Payload": json.dumps(result).encode()}


class NoServer:
    """In place of the HTTP server: clients of these tests reach the gateway without a socket."""

    url = "http://127.0.0.1:9"

    def __init__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setattr("sandbox.account.Server", NoServer)
    kernel = Kernel(start=START)
    workshop = Workshop(kernel)
    workshop.gateway.authorize = None  # What roles may do is not the subject here.
    yield workshop
    workshop.close()


def invoke(function: str, payload: Any = None, **fields: Any) -> dict[str, Any]:
    """A task that invokes a function."""
    arguments = {"FunctionName": function}
    if payload is not None:
        arguments["Payload"] = payload
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "TimeoutSeconds": 60,
        "Arguments": arguments,
    }
    if "Next" not in fields:
        task["End"] = True
    return task | fields
