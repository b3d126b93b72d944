"""Task, Parallel and Map: one attempt, its time-out, and Retry and Catch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl import JitterStrategy
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds

from sandbox.workflows.interpreter import failures
from sandbox.workflows.interpreter.expressions import seconds_of
from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.interpreter.states import conclude, go_to
from sandbox.workflows.interpreter.waits import Interrupted, sleep, wait

if TYPE_CHECKING:
    import random

    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
        FailureEventException,
    )


def run_with_recovery(self: Any, env: Any) -> None:
    """Stand in for `ExecutionState._eval_state`, also of Parallel and Map."""
    retries = Retries(self.retry, current().source(execution_arn(env)))
    while True:
        try:
            result = attempt(self, env)
            break
        except Interrupted:
            raise
        except Exception as error:  # Whatever a task raises is a failure that Retry may cover.
            problem = failures.failure_of(self, env, error)
        failures.record(env, problem)
        delay = retries.delay(problem)
        if delay is None:
            return _catch(self, env, problem)
        sleep(env, delay)
        current().count_transition(env)
        env.states.context_object.context_object_data["State"]["RetryCount"] += 1
    env.states.set_result(result)
    return conclude(env, self.output, self.assign_decl, result)


def attempt(self: Any, env: Any) -> Any:
    """Run a state's work once, in a task of its own, and return its result."""
    seconds = None
    if not (isinstance(self.timeout, TimeoutSeconds) and self.timeout.is_default_value()):
        seconds = seconds_of(self.timeout, env, "TimeoutSeconds")
    frame = env.open_frame()
    frame.states.reset(env.states.get_input())
    frame.stack = [env.states.get_input()]
    work = Work(self, frame)
    current().kernel.spawn(work.run, name=f"{self.name} of {execution_arn(env)}")
    try:
        finished = wait(env, work.done, seconds)
    finally:
        frame.set_ended()
        env.close_frame(frame)
    if not finished:
        raise failures.TimedOut
    return work.result()


class Work:
    """One attempt; it may outlive its state's time-out, and then nobody looks at its result."""

    def __init__(self, state: Any, frame: Any) -> None:
        self.done = current().kernel.event()
        self._state = state
        self._frame = frame
        self._error: Exception | None = None

    def run(self) -> None:
        """Do the work and keep what it gives or raises."""
        try:
            self._state._eval_execution(self._frame)
        except Exception as error:  # Raised again by `result`, in the state's own task.
            self._error = error
        finally:
            self.done.set()

    def result(self) -> Any:
        """Return the result, or raise what the work raised."""
        if self._error is not None:
            raise self._error
        return self._frame.stack.pop()


class Retries:
    """The retriers of one entry into a state, each with its own count."""

    def __init__(self, retry: Any, source: random.Random) -> None:
        self._retriers = list(retry.retriers) if retry else []
        self._counts = [0] * len(self._retriers)
        self._source = source

    def delay(self, problem: FailureEventException) -> float | None:
        """Return the seconds to wait before the next attempt; None for no further attempt."""
        for index, retrier in enumerate(self._retriers):
            names = [name.error_name for name in retrier.error_equals.error_names]
            if failures.matches(names, problem):
                return self._next(index, retrier)
        return None

    def _next(self, index: int, retrier: Any) -> float | None:
        count = self._counts[index]
        if count >= retrier.max_attempts.attempts:
            return None
        self._counts[index] += 1
        interval = retrier.interval_seconds.seconds * retrier.backoff_rate.rate**count
        interval = min(interval, retrier.max_delay_seconds.max_delays_seconds)
        if retrier.jitter_strategy.jitter_strategy == JitterStrategy.FULL:
            return self._source.uniform(0, interval)
        return float(interval)


def _catch(self: Any, env: Any, problem: FailureEventException) -> None:
    _record_end(self, env)
    for catcher in self.catch.catchers if self.catch else []:
        names = [name.error_name for name in catcher.error_equals.error_names]
        if failures.matches(names, problem):
            error, cause = failures.error_and_cause(problem)
            output = {"Error": error or "", "Cause": cause or ""}
            env.states.set_error_output(output)
            conclude(env, catcher.output, catcher.assign, output)
            return go_to(env, catcher.next_decl.name)
    raise problem


_ENDS = {
    HistoryEventType.ParallelStateEntered: HistoryEventType.ParallelStateFailed,
    HistoryEventType.MapStateEntered: HistoryEventType.MapStateFailed,
}


def _record_end(self: Any, env: Any) -> None:
    end = _ENDS.get(self.state_entered_event_type)
    if end is not None:
        env.event_manager.add_event(context=env.event_history_context, event_type=end)
