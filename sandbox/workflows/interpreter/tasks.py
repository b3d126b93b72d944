"""Task states: call a service, and wait for a token's answer where the task asks for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ResourceCondition,
)
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField

from sandbox.workflows.integrations import Task, perform
from sandbox.workflows.interpreter.expressions import seconds_of, value_of
from sandbox.workflows.interpreter.failures import HeartbeatMissed, TaskFailure, data_limit
from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.interpreter.waits import require_running, wait
from sandbox.workflows.limits import fits
from sandbox.workflows.tokens import TokenFailure

if TYPE_CHECKING:
    from sandbox.workflows.tokens import Token


def keep_token_to_attempts(self: Any, env: Any) -> None:
    """Stand in for `StateTaskServiceCallback._eval_body`.

    moto makes one token for a state; on AWS every attempt of a Retry has its own.
    """
    CommonStateField._eval_body(self, env)


def run_task(self: Any, env: Any) -> None:
    """Stand in for `StateTaskService._eval_execution`, of every integration."""
    token = None
    if self.resource.condition == ResourceCondition.WaitForTaskToken:
        token = current().tokens.issue(execution_arn(env))
        env.states.context_object.context_object_data["Task"] = {"Token": token.value}
    try:
        result = _call(self, env, token)
    finally:
        if token is not None:
            token.closed = True
    if not fits(result):
        raise data_limit(env, self._get_sfn_resource_type())
    _record(self, env, HistoryEventType.TaskSucceeded, "taskSucceededEventDetails", result)
    env.stack.append(result)


def _call(self: Any, env: Any, token: Token | None) -> Any:
    arguments = value_of(self.parargs, env) if self.parargs else {}
    if not fits(arguments):
        raise data_limit(env, self._get_sfn_resource_type())
    credentials = self._eval_state_credentials(env)
    self.resource.eval(env=env)
    runtime_part = env.stack.pop()
    self._before_eval_execution(env, runtime_part, arguments, credentials)
    context = env.states.context_object.context_object_data
    task = Task(
        service=self.resource.service_name,
        api=self.resource.api_name,
        action=self.resource.api_action,
        pattern=str(self.resource.condition or ""),
        arguments=arguments,
        role=credentials.role_arn,
        session=current().session(execution_arn(env)),
        execution=context["Execution"]["Id"],
        machine=context["StateMachine"]["Id"],
    )
    result = perform(task, env)
    require_running(env)
    if token is None:
        return result
    _record(self, env, HistoryEventType.TaskSubmitted, "taskSubmittedEventDetails", result)
    return _answer(self, env, token)


def _answer(self: Any, env: Any, token: Token) -> Any:
    seconds = seconds_of(self.heartbeat, env, "HeartbeatSeconds") if self.heartbeat else None
    while not token.outcome:
        if not wait(env, token.signal, seconds):
            raise HeartbeatMissed
        token.signal.clear()
    outcome = token.outcome[0]
    if isinstance(outcome, TokenFailure):
        raise TaskFailure(outcome.error, outcome.cause)
    return outcome


def _record(self: Any, env: Any, kind: str, key: str, output: Any) -> None:
    details = {
        "resource": self._get_sfn_resource(),
        "resourceType": self._get_sfn_resource_type(),
        "output": json.dumps(output, separators=(",", ":")),
        "outputDetails": {"truncated": False},
    }
    env.event_manager.add_event(
        context=env.event_history_context, event_type=kind, event_details={key: details}
    )
