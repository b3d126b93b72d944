"""Executions: begin, end, stop and redrive, on moto's execution objects."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramEnded,
    ProgramError,
    ProgramStopped,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.backend.execution import Execution

from sandbox.gateway import AwsError
from sandbox.workflows.redrive import resume, unredrivable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.workflows.interpreter.runtime import Runtime


class Executions:
    """Runs executions as kernel tasks.

    Parameters
    ----------
    changed
        Called with an execution whenever its status has changed.
    """

    def __init__(self, runtime: Runtime, account_id: str, changed: Callable[[Any], None]) -> None:
        self._runtime = runtime
        self._account_id = account_id
        self._changed = changed

    def start(self, machine: Any, name: str, text: str) -> Any:
        """Start an execution of a machine, as the machine is now."""
        arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"
        snapshot = copy.copy(machine)
        snapshot.executions = []
        execution: Any = Execution(
            name=name,
            sm_type=machine.type,
            role_arn=machine.roleArn,
            exec_arn=arn,
            account_id=self._account_id,
            region_name=self._runtime.region,
            state_machine=snapshot,
            start_date=self._runtime.kernel.now(),
            cloud_watch_logging_session=None,
            activity_store={},
            input_data=text,
        )
        execution.redrive_count, execution.redrive_date = 0, None
        machine.executions.append(execution)
        self._runtime.define(arn, machine.definition)
        execution.exec_worker = execution._get_start_execution_worker()
        execution.exec_worker.env = self._environment(execution)
        self._record_start(execution)
        self._run(execution)
        return execution

    def stop(self, execution: Any, error: str | None, cause: str | None) -> None:
        """Abort an execution; neither Retry nor Catch applies."""
        if execution.exec_status != ExecutionStatus.RUNNING:
            return
        now = self._runtime.kernel.now()
        env = execution.exec_worker.env
        env.set_stop(stop_date=now, error=error, cause=cause)
        self._close(execution, env)

    def redrive(self, execution: Any) -> None:
        """Go on from the state in which an execution ended, with its original definition."""
        reason = unredrivable(execution, self._runtime.kernel.now())
        if reason:
            raise AwsError("ExecutionNotRedrivable", f"Execution is not redrivable: {reason}")
        execution.redrive_count += 1
        execution.redrive_date = self._runtime.kernel.now()
        execution.stop_date = execution.error = execution.cause = None
        old = execution.exec_worker.env
        env = execution.exec_worker.env = self._environment(execution)
        resume(env, old)
        details = {"redriveCount": execution.redrive_count}
        self._record(
            env, HistoryEventType.ExecutionRedriven, "executionRedrivenEventDetails", details
        )
        self._run(execution)

    @staticmethod
    def _environment(execution: Any) -> Any:
        env = execution.exec_worker._get_evaluation_environment()
        context = env.states.context_object.context_object_data["Execution"]
        context["RedriveCount"] = execution.redrive_count
        if execution.redrive_date is not None:
            context["RedriveTime"] = execution.redrive_date
        return env

    def _run(self, execution: Any) -> None:
        execution.exec_status = ExecutionStatus.RUNNING
        env = execution.exec_worker.env
        program: Any = AmazonStateLanguageParser.parse(execution.state_machine.definition)[0]
        # Without a state yet, a stop that comes before the first turn would find nothing running.
        env.next_state_name = getattr(env, "resume_at", None) or program.start_at.start_at_name
        self._changed(execution)

        def run() -> None:
            if env.is_running():
                program.eval(env)
            else:
                kind = HistoryEventType.ExecutionAborted
                self._record(env, kind, "executionAbortedEventDetails", {})
            self._close(execution, env)

        self._runtime.kernel.spawn(run, name=execution.exec_arn)

    def _close(self, execution: Any, env: Any) -> None:
        # What was stopped may be redriven before its run has ended here; then it is not over.
        if execution.exec_status != ExecutionStatus.RUNNING or execution.exec_worker.env is not env:
            return
        state = env.program_state()
        execution.stop_date = self._runtime.kernel.now()
        if isinstance(state, ProgramEnded):
            execution.exec_status = ExecutionStatus.SUCCEEDED
            execution.output = env.states.get_input()
        elif isinstance(state, ProgramStopped):
            execution.exec_status = ExecutionStatus.ABORTED
            execution.error, execution.cause = state.error, state.cause
        elif isinstance(state, ProgramError):
            execution.exec_status = ExecutionStatus.FAILED
            details = state.error or {}
            execution.error, execution.cause = details.get("error"), details.get("cause")
        else:
            execution.exec_status = ExecutionStatus.TIMED_OUT
        self._changed(execution)
        self._runtime.ended(execution.exec_arn).set()

    def _record_start(self, execution: Any) -> None:
        details = {
            "input": json.dumps(execution.input_data, separators=(",", ":")),
            "inputDetails": {"truncated": False},
            "roleArn": execution.role_arn,
        }
        env = execution.exec_worker.env
        self._record(
            env, HistoryEventType.ExecutionStarted, "executionStartedEventDetails", details
        )

    @staticmethod
    def _record(env: Any, kind: str, key: str, details: dict[str, Any]) -> None:
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=kind,
            event_details={key: details},
            update_source_event_id=False,
        )
