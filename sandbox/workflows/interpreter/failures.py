"""Failures of states: what they are called, what the history says of them, what matches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)

from sandbox.errors import Unsupported
from sandbox.workflows.interpreter.runtime import current

if TYPE_CHECKING:
    from collections.abc import Iterable

TIMEOUT = "States.Timeout"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
QUERY_ERROR = "States.QueryEvaluationError"
DATA_LIMIT = "States.DataLimitExceeded"
RUNTIME = "States.Runtime"

# No Retry and no Catch applies to these, States.ALL included.
TERMINAL = frozenset({DATA_LIMIT, RUNTIME})


class TaskFailure(Exception):
    """A task failed; the error name is what Retry and Catch see."""

    def __init__(self, error: str | None, cause: str | None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


class TimedOut(Exception):
    """A state ran longer than its TimeoutSeconds."""


class HeartbeatMissed(TimedOut):
    """A task sent no heartbeat for longer than its HeartbeatSeconds."""


def failure(
    env: Any, kind: str, key: str, error: str | None, cause: str | None = None, **details: Any
) -> FailureEventException:
    """Return a failure whose event in the history is `kind`, with its details under `key`."""
    named = {"error": error, "cause": cause}
    body = details | {name: value for name, value in named.items() if value is not None}
    details_of_event: Any = {key: body}
    event: Any = FailureEvent(env, CustomErrorName(error), cast("Any", kind), details_of_event)
    event.heartbeat = event.recorded = False
    return FailureEventException(event)


def execution_failure(env: Any, error: str | None, cause: str | None) -> FailureEventException:
    """Return a failure of a state whose own event carries no details (Parallel, Map)."""
    return failure(
        env, HistoryEventType.ExecutionFailed, "executionFailedEventDetails", error, cause
    )


def query_failure(env: Any, problem: str) -> FailureEventException:
    """Return the failure of an expression, worded as AWS words it."""
    name = env.next_state_name
    event = env.event_history_context.source_event_id
    entered = (
        f"An error occurred while executing the state '{name}' (entered at the event id #{event})."
    )
    return failure(
        env,
        HistoryEventType.EvaluationFailed,
        "evaluationFailedEventDetails",
        QUERY_ERROR,
        f"{entered} {problem}",
        state=name,
    )


def data_limit(env: Any, what: str) -> FailureEventException:
    """Return the failure of a state whose data is larger than AWS carries."""
    return failure(
        env,
        HistoryEventType.TaskFailed,
        "taskFailedEventDetails",
        DATA_LIMIT,
        f"The state/task '{what}' returned a result with a size exceeding the maximum number of "
        "bytes service limit.",
    )


def failure_of(state: Any, env: Any, error: Exception) -> FailureEventException:
    """Return the failure that an exception in a state is."""
    if isinstance(error, FailureEventException):
        return error
    where = _resource(state)
    if isinstance(error, TimedOut):
        timed_out = failure(
            env, HistoryEventType.TaskTimedOut, "taskTimedOutEventDetails", TIMEOUT, **where
        )
        event: Any = timed_out.failure_event
        event.heartbeat = isinstance(error, HeartbeatMissed)
        return timed_out
    kind, key = HistoryEventType.TaskFailed, "taskFailedEventDetails"
    if isinstance(error, TaskFailure):
        return failure(env, kind, key, error.error, error.cause, **where)
    if not isinstance(error, Unsupported):
        current().kernel.fail(error)  # A defect of the sandbox itself must not pass unseen.
    return failure(env, kind, key, RUNTIME, f"{type(error).__name__}: {error}", **where)


def _resource(state: Any) -> dict[str, str]:
    if not hasattr(state, "_get_sfn_resource"):
        return {}
    return {
        "resource": state._get_sfn_resource(),
        "resourceType": state._get_sfn_resource_type(),
    }


def error_and_cause(problem: FailureEventException) -> tuple[str | None, str | None]:
    """Return the error name and the cause of a failure."""
    given: Any = problem.failure_event.event_details or {}
    details: dict[str, Any] = next(iter(given.values()), {})
    return details.get("error"), details.get("cause")


def record(env: Any, problem: FailureEventException) -> None:
    """Write a failure into the history, once."""
    event: Any = problem.failure_event
    if event.event_type == HistoryEventType.ExecutionFailed or getattr(event, "recorded", False):
        return
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=event.event_type,
        event_details=event.event_details,
    )
    event.recorded = True


def matches(names: Iterable[str | None], problem: FailureEventException) -> bool:
    """Tell whether a Retry's or Catch's ErrorEquals covers a failure."""
    wanted = set(names)
    error, _ = error_and_cause(problem)
    if error in TERMINAL:
        return False
    if "States.ALL" in wanted or error in wanted:
        return True
    if HEARTBEAT_TIMEOUT in wanted and getattr(problem.failure_event, "heartbeat", False):
        return True
    return "States.TaskFailed" in wanted and error != TIMEOUT
