"""Programs and states: entering, leaving, and what ends a run."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent

from sandbox.workflows.interpreter.expressions import value_of
from sandbox.workflows.interpreter.failures import (
    RUNTIME,
    data_limit,
    execution_failure,
    query_failure,
    record,
)
from sandbox.workflows.interpreter.runtime import current
from sandbox.workflows.interpreter.waits import Interrupted
from sandbox.workflows.limits import HISTORY_EVENTS, fits
from sandbox.workflows.shapes import iso


def run_program(self: Any, env: Any) -> None:
    """Stand in for `Program.eval`: in the task that is running, with a timer for TimeoutSeconds.

    moto starts a thread and joins it; on a time-out it leaves the thread behind, still running.
    """
    if env.program_state() is not None and not env.is_running():
        return
    env.next_state_name = getattr(env, "resume_at", None) or self.start_at.start_at_name
    limit = self.timeout_seconds.timeout_seconds if self.timeout_seconds else None
    timer = None
    if limit is not None:
        name = "time-out of a workflow"
        timer = current().kernel.call_later(limit, env.set_timed_out, name=name)
    try:
        EvalComponent.eval(self, env)
    finally:
        if timer is not None:
            timer.cancel()


def run_state(self: Any, env: Any) -> None:
    """Stand in for `CommonStateField._eval_body`: enter, evaluate, leave.

    moto's own assigns variables before it evaluates Output, which then sees the new values; on
    AWS both see the old ones.
    """
    _enter(self, env)
    try:
        self._eval_state(env)
        output = env.states.get_input()
        if not fits(output):
            raise data_limit(env, self.name)
    except Interrupted:
        return
    except FailureEventException as problem:
        if problem.failure_event.event_type == HistoryEventType.EvaluationFailed:
            record(env, problem)
        raise
    except Exception as error:
        current().kernel.fail(error)  # A defect of the sandbox itself must not pass unseen.
        raise
    if env.is_running():
        _leave(self, env)


def _enter(self: Any, env: Any) -> None:
    if env.event_manager._event_id_gen._next_id > HISTORY_EVENTS:
        cause = f"The execution reached the maximum number of history events ({HISTORY_EVENTS})."
        raise execution_failure(env, RUNTIME, cause)
    current().count_transition(env)
    kind = type(self).__name__.removeprefix("State")
    variables = dict(env.variable_store._inner_scope)
    env.resume_point = (kind, self.name, env.states.get_input(), variables)
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=self.state_entered_event_type,
        event_details={"stateEnteredEventDetails": self._get_state_entered_event_details(env)},
    )
    env.states.context_object.context_object_data["State"] = {
        "EnteredTime": iso(current().kernel.now()),
        "Name": self.name,
        "RetryCount": 0,
    }
    env.stack.append(env.states.get_input())


def _leave(self: Any, env: Any) -> None:
    if not env.heap.pop("next state chosen", False):
        self._set_next(env)
    if self.state_exited_event_type is None:
        return
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=self.state_exited_event_type,
        event_details={"stateExitedEventDetails": self._get_state_exited_event_details(env)},
    )


def go_to(env: Any, name: str) -> None:
    """Choose the next state, where it is not the one that Next names."""
    env.next_state_name = name
    env.heap["next state chosen"] = True


def conclude(env: Any, output: Any, assign: Any, default: Any) -> None:
    """Evaluate Output and Assign, both against the old variables, then make both count."""
    value = default if output is None else value_of(output.jsonata_template_value, env)
    variables = _assigned(env, assign)
    env.states.reset(value)
    for name, content in variables.items():
        env.variable_store.set(variable_identifier=name, variable_value=content)


def _assigned(env: Any, assign: Any) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for binding in assign.declaration_bindings if assign else []:
        variables |= value_of(binding, env)
    for name, content in variables.items():
        if not fits(content):
            raise data_limit(env, f"variable {name}")
        if name in env.variable_store._outer_scope:
            cause = f"The variable {name!r} belongs to an outer scope and cannot be assigned here."
            raise execution_failure(env, RUNTIME, cause)
    return variables


def run_pass(self: Any, env: Any) -> None:
    """Stand in for `StatePass._eval_state`."""
    conclude(env, self.output, self.assign_decl, env.states.get_input())


def run_succeed(self: Any, env: Any) -> None:
    """Stand in for `StateSucceed._eval_state`."""
    conclude(env, self.output, None, env.states.get_input())


def _holds(comparison: Any, env: Any) -> bool:
    value = value_of(getattr(comparison, "string_jsonata", comparison), env)
    if not isinstance(value, bool):
        raise query_failure(env, f"A Condition must be true or false, not {value!r}.")
    return value


def run_choice(self: Any, env: Any) -> None:
    """Stand in for `StateChoice._eval_state`."""
    for rule in self.choices_decl.rules:
        if _holds(rule.comparison, env):
            conclude(env, rule.output, rule.assign, env.states.get_input())
            return go_to(env, rule.next_stmt.name)
    if self.default_state is None:
        cause = f"No choice matched in the state {self.name!r}, and it has no Default."
        raise execution_failure(env, "States.NoChoiceMatched", cause)
    conclude(env, self.output, self.assign_decl, env.states.get_input())
    return go_to(env, self.default_state.state_name)
