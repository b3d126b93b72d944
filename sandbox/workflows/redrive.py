"""Redrive: an execution that did not succeed goes on from the state in which it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import ExecutionStatus

from sandbox.workflows.interpreter.definitions import states_by_name
from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.limits import HISTORY_EVENTS, REDRIVE_SECONDS

if TYPE_CHECKING:
    from datetime import datetime

_CLOSED = (ExecutionStatus.FAILED, ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT)
# On AWS only what failed inside these runs again; here nothing of them could.
_WHOLE = {"Parallel", "Map"}


def unredrivable(execution: Any, now: datetime) -> str | None:
    """Return why an execution cannot be redriven, or None."""
    if execution.exec_status not in _CLOSED:
        return f"Execution is {execution.exec_status}"
    if (now - execution.start_date).total_seconds() > REDRIVE_SECONDS:
        return "Execution has exceeded the redrivable period"
    env = execution.exec_worker.env
    if len(env.event_manager._history_event_list) >= HISTORY_EVENTS - 1:
        return "Execution history event limit exceeded"
    if getattr(env, "resume_point", None) is None:
        return "Execution has not entered any state"
    kind = env.resume_point[0]
    if kind in _WHOLE and not _spread(execution):
        return f"The sandbox cannot redrive an execution that ended inside a {kind}"
    return None


def _spread(execution: Any) -> bool:
    """Tell whether it ended inside a Distributed Map, whose children run on their own."""
    name = execution.exec_worker.env.resume_point[1]
    state = states_by_name(current().definition(execution.exec_arn))[name]
    config = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    return bool(config.get("Mode") == "DISTRIBUTED")


def resume(env: Any, old: Any) -> None:
    """Let a new environment go on where an old one ended: state, input, variables, history."""
    _, name, given, variables = old.resume_point
    env.event_manager = old.event_manager
    env.event_history_context = old.event_history_context
    env.resume_at = name
    current().map_runs.resume(execution_arn(env), name)
    env.states.reset(given)
    for variable, value in variables.items():
        env.variable_store.set(variable_identifier=variable, variable_value=value)
    env.variable_store.reset_tracing()
