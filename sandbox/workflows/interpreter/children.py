"""Child executions of a Distributed Map."""

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramEnded,
    ProgramError,
    ProgramTimedOut,
)

from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.shapes import iso

EXPRESS_SECONDS = 300
_STATUSES: dict[type, str] = {
    ProgramEnded: "SUCCEEDED",
    ProgramError: "FAILED",
    ProgramTimedOut: "TIMED_OUT",
}


class Child:
    """One child execution: an environment, variables and a history of its own.

    Parameters
    ----------
    items
        How many items of the Map its input holds.
    """

    def __init__(self, env: Any, label: str, given: Any, items: int, *, express: bool) -> None:
        parent = execution_arn(env)
        self.items = items
        self.given = given
        self._express = express
        self.name = str(uuid.UUID(int=current().source(parent).getrandbits(128), version=4))
        kind = "express" if express else "execution"
        head, _, machine = parent.rpartition(":")[0].rpartition(":")
        self.arn = f"{head.rpartition(':')[0]}:{kind}:{machine}/{label}:{self.name}"
        current().adopt(self.arn, parent, billed=not express)
        self.machine = (
            f"{env.states.context_object.context_object_data['StateMachine']['Id']}/{label}"
        )
        self.frame: Any = Environment(
            aws_execution_details=env.aws_execution_details,
            execution_type=env.execution_type,
            context=self._context(env),
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=None,
            activity_store={},
        )
        # The program of a child must not write the end of an execution into a history.
        self.frame._is_frame = True
        self.started = ""
        self.stopped = ""

    def run(self, program: Any) -> None:
        """Run to the end."""
        kernel = current().kernel
        self.started = iso(kernel.now())
        timer = None
        if self._express:
            timer = kernel.call_later(EXPRESS_SECONDS, self.frame.set_timed_out, name=self.name)
        try:
            program.eval(self.frame)
        finally:
            if timer is not None:
                timer.cancel()
        self.stopped = iso(kernel.now())

    @property
    def status(self) -> str:
        """The status, as DescribeExecution has it."""
        state = self.frame.program_state()
        return _STATUSES.get(type(state), "ABORTED" if self.started else "PENDING")

    def describe(self) -> dict[str, Any]:
        """Return the child's entry in a result file."""
        entry = {
            "ExecutionArn": self.arn,
            "Input": json.dumps(self.given, separators=(",", ":")),
            "InputDetails": {"Included": True},
            "Name": self.name,
            "StartDate": self.started,
            "StateMachineArn": self.machine,
            "Status": self.status,
            "StopDate": self.stopped,
        }
        if self.status == "SUCCEEDED":
            output = json.dumps(self.frame.states.get_input(), separators=(",", ":"))
            return entry | {"Output": output, "OutputDetails": {"Included": True}}
        error = dict(getattr(self.frame.program_state(), "error", None) or {})
        return entry | {"Error": error.get("error", ""), "Cause": error.get("cause", "")}

    def _context(self, env: Any) -> Any:
        data = env.states.context_object.context_object_data
        return {
            "Execution": data["Execution"]
            | {
                "Id": self.arn,
                "Input": self.given,
                "Name": self.name,
                "StartTime": iso(current().kernel.now()),
            },
            "StateMachine": {"Id": self.machine, "Name": data["StateMachine"]["Name"]},
        }
