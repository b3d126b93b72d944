"""Map states: items, iterations side by side, and their outputs in order."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType

from sandbox.workflows.interpreter.definitions import states_by_name
from sandbox.workflows.interpreter.distributed import run_distributed
from sandbox.workflows.interpreter.items import items_of, select, started
from sandbox.workflows.interpreter.parallel import Crew, ended_well
from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.interpreter.templates import whole_number

INLINE_LIMIT = 40


def run_map(self: Any, env: Any) -> None:
    """Stand in for `StateMap._eval_execution`."""
    definition = current().definition(execution_arn(env))
    fields = states_by_name(definition)[self.name]
    program = self.iteration_component._get_iteration_program()
    if fields["ItemProcessor"].get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
        outputs = run_distributed(self.name, fields, program, env)
    else:
        outputs = _run_inline(self.name, fields, program, env)
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=HistoryEventType.MapStateSucceeded,
        update_source_event_id=False,
    )
    env.stack.append(outputs)


def _run_inline(name: str, fields: dict[str, Any], program: Any, env: Any) -> list[Any]:
    items = items_of(fields, env)
    started(env, len(items))
    limit = whole_number(fields.get("MaxConcurrency"), env, "MaxConcurrency", 0)
    iterations = [_Iteration(name, index, item, fields, env) for index, item in enumerate(items)]
    waiting = list(iterations)
    crew = Crew(env, [iteration.frame for iteration in iterations])

    def work() -> None:
        while waiting:
            if not waiting.pop(0).run(program):
                return

    for _ in iterations[: min(limit or INLINE_LIMIT, INLINE_LIMIT)]:
        crew.start(work)
    crew.join()
    return [iteration.frame.states.get_input() for iteration in iterations]


class _Iteration:
    """One item's run through an inline Map."""

    def __init__(self, name: str, index: int, item: Any, fields: dict[str, Any], env: Any) -> None:
        self.frame = env.open_inner_frame()
        self._name = name
        self._index = index
        self.frame.states.reset(select(fields, env, index, item))

    def run(self, program: Any) -> bool:
        """Run the item; False where it failed or was stopped."""
        self._record(HistoryEventType.MapIterationStarted, "mapIterationStartedEventDetails")
        program.eval(self.frame)
        if ended_well(self.frame):
            kind, key = "MapIterationSucceeded", "mapIterationSucceededEventDetails"
        elif self.frame.program_state().__class__.__name__ == "ProgramError":
            kind, key = "MapIterationFailed", "mapIterationFailedEventDetails"
        else:
            kind, key = "MapIterationAborted", "mapIterationAbortedEventDetails"
        self._record(kind, key, update=False)
        return ended_well(self.frame)

    def _record(self, kind: str, key: str, *, update: bool = True) -> None:
        self.frame.event_manager.add_event(
            context=self.frame.event_history_context,
            event_type=kind,
            event_details={key: {"name": self._name, "index": self._index}},
            update_source_event_id=update,
        )
