"""The workflows of an account."""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING, Any, cast

from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from sandbox.gateway import AwsError, Call
from sandbox.workflows import _moto, events, logs, metrics
from sandbox.workflows.executions import Executions
from sandbox.workflows.interpreter import runtime
from sandbox.workflows.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.client import BaseClient

    from sandbox.account import Account

# What an execution costs beside its states: its start and its end are transitions too.
_START_AND_END = 2


class Workflows:
    """State machines and executions, as moto stores them and this package runs them."""

    def __init__(self, account: Account) -> None:
        from sandbox.workflows.api import serve

        self.account = account
        self.tokens = Tokens(account.kernel)
        self._runtime = runtime.Runtime(
            account.kernel, self._client, self._authorize, self.tokens, account.region
        )
        runtime.use(self._runtime)
        self._undo = _moto.apply()
        self.executions = Executions(self._runtime, account.account_id, self._changed)
        self._names = random.Random("names of executions")
        serve(self, account.gateway)

    def close(self) -> None:
        """Leave moto as it was."""
        self._undo()
        runtime.use(None)

    def transitions(self, execution_arn: str) -> int:
        """Return how many state transitions AWS bills for an execution so far.

        States entered and retries, those of Standard children included, and the start and the
        end, which AWS's own examples count.
        """
        return self._runtime.transitions.get(execution_arn, 0) + _START_AND_END

    def entered(self, execution_arn: str) -> list[str]:
        """Return the states that an execution has entered so far, in order."""
        events = self.execution(execution_arn).exec_worker.env.event_manager._history_event_list
        found = (event.get("stateEnteredEventDetails") for event in events)
        return [str(details["name"]) for details in found if details]

    def passed_through(self, execution_arn: str) -> list[bool]:
        """Return of each state entered, in order, whether it was left the moment it was entered."""
        events = self.execution(execution_arn).exec_worker.env.event_manager._history_event_list
        stays: list[bool] = []
        inside: dict[str, list[tuple[int, Any]]] = {}
        for event in events:
            if details := event.get("stateEnteredEventDetails"):
                inside.setdefault(details["name"], []).append((len(stays), event["timestamp"]))
                stays.append(False)
            elif details := event.get("stateExitedEventDetails"):
                place, came = inside[details["name"]].pop(0)
                stays[place] = event["timestamp"] == came
        return stays

    @property
    def backend(self) -> Any:
        """The region's store in moto."""
        return stepfunctions_parser_backends[self.account.account_id][self.account.region]

    def machine(self, arn: str) -> Any:
        """Return a state machine of moto's."""
        for machine in self.backend.state_machines:
            if machine.arn == arn:
                return machine
        message = f"State Machine Does Not Exist: '{arn}'"
        raise AwsError("StateMachineDoesNotExist", message)

    def execution(self, arn: str) -> Any:
        """Return an execution of moto's."""
        for execution in self.all_executions():
            if execution.exec_arn == arn:
                return execution
        raise AwsError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")

    def all_executions(self) -> Iterator[Any]:
        """Yield the executions of all machines."""
        for machine in self.backend.state_machines:
            yield from machine.executions

    def new_name(self) -> str:
        """Return a name for an execution that was started without one."""
        return str(uuid.UUID(int=self._names.getrandbits(128), version=4))

    def _client(self, service: str, role_arn: str, session: str) -> BaseClient:
        return self.account.client(service, self.account.role(role_arn, session))

    def _authorize(self, role: str, session: str, operation: str, params: dict[str, Any]) -> None:
        """Ask for a permission that Step Functions uses without a call through the gateway."""
        judge = self.account.gateway.authorize
        if judge is not None:
            principal = self.account.role(role, session)
            judge(Call("stepfunctions", operation, params, principal, cast("Any", None)))

    def _changed(self, execution: Any) -> None:
        detail = events.status_change(execution)
        kind = "Step Functions Execution Status Change"
        self.account.emit("aws.states", kind, detail, [execution.exec_arn])
        metrics.count(self.account.metrics, execution)
        if execution.status != "RUNNING":
            logs.deliver(self.account.client("logs"), execution)
