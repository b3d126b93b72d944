"""Branches side by side, and the first failure that ends them all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError

from sandbox.workflows.interpreter.expressions import value_of
from sandbox.workflows.interpreter.failures import execution_failure
from sandbox.workflows.interpreter.runtime import current
from sandbox.workflows.interpreter.waits import wait

if TYPE_CHECKING:
    from collections.abc import Callable


def run_parallel(self: Any, env: Any) -> None:
    """Stand in for `StateParallel._eval_execution`."""
    given = value_of(self.parargs, env) if self.parargs else env.states.get_input()
    env.event_manager.add_event(
        context=env.event_history_context, event_type=HistoryEventType.ParallelStateStarted
    )
    frames = [env.open_inner_frame() for _ in self.branches.programs]
    for frame in frames:
        frame.states.reset(given)
    crew = Crew(env, frames)
    for program, frame in zip(self.branches.programs, frames, strict=True):
        crew.start(partial(program.eval, frame))
    crew.join()
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=HistoryEventType.ParallelStateSucceeded,
        update_source_event_id=False,
    )
    env.stack.append([frame.states.get_input() for frame in frames])


class Crew:
    """Programs that run side by side, each in its frame; one failure stops the others."""

    def __init__(self, env: Any, frames: list[Any]) -> None:
        self._env = env
        self._frames = frames
        self._running = 0
        self._changed = current().kernel.event()
        self._failed: dict[str, Any] | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Start work on one or more of the frames."""
        self._running += 1
        current().kernel.spawn(lambda: self._run(work), name="branch of a workflow")

    def join(self) -> None:
        """Wait until all have ended.

        Raises
        ------
        FailureEventException
            One failed; the others were stopped.
        """
        try:
            while self._running and self._failed is None:
                self._changed.clear()
                wait(self._env, self._changed, None)
        finally:
            for frame in self._frames:
                if frame.is_running():
                    frame.set_stop(stop_date=current().kernel.now(), cause=None, error=None)
                self._env.close_frame(frame)
        if self._failed is not None:
            error, cause = self._failed.get("error"), self._failed.get("cause")
            raise execution_failure(self._env, error, cause)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self._running -= 1
            if self._failed is None:
                self._failed = self._failure()
            self._changed.set()

    def _failure(self) -> dict[str, Any] | None:
        states = (frame.program_state() for frame in self._frames)
        return next((dict(s.error or {}) for s in states if isinstance(s, ProgramError)), None)


def ended_well(frame: Any) -> bool:
    """Tell whether a frame's program came to its end."""
    return isinstance(frame.program_state(), ProgramEnded)
