"""Everything that the sandbox changes in moto's Step Functions, each with its reason.

moto carries a full interpreter of the Amazon States Language, written for threads, the wall clock
and JSONPath. It keeps parsing definitions, holding environments and writing histories; what runs
inside is replaced where it would not behave as AWS does.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.common.error_name import (
    custom_error_name,
    failure_event,
)
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.choice import state_choice
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map import state_map
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import state_parallel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
    state_task_service_callback,
)
from moto.stepfunctions.parser.asl.component.state.state_pass import state_pass
from moto.stepfunctions.parser.asl.component.state.state_succeed import state_succeed
from moto.stepfunctions.parser.asl.component.state.wait import state_wait
from moto.stepfunctions.parser.asl.eval import environment, variable_store
from moto.stepfunctions.parser.asl.eval import states as state_data
from moto.stepfunctions.parser.asl.parse import asl_parser, preprocessor
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from sandbox.workflows.interpreter import (
    definitions,
    expressions,
    maps,
    parallel,
    recovery,
    states,
    tasks,
    timing,
)
from sandbox.workflows.interpreter.failures import error_and_cause
from sandbox.workflows.interpreter.waits import Interrupts

if TYPE_CHECKING:
    from collections.abc import Callable

_moto_parse = asl_parser.AmazonStateLanguageParser.parse


@lru_cache(maxsize=64)
def _parse(definition: str) -> Any:
    preprocessor.Preprocessor._query_language_per_scope.clear()
    return _moto_parse(definitions.for_moto(definition))


def _name_any_error(self: Any, error_name: str | None) -> None:
    self.error_name = error_name


def _error_as_it_is(self: Any) -> dict[str, str]:
    error, cause = error_and_cause(self)
    named = {"error": error, "cause": cause}
    return {name: value for name, value in named.items() if value is not None}


def _assigned_variables(self: Any) -> dict[str, str]:
    return {
        name: to_json_str(self.get(name), separators=(",", ":"))
        for name in sorted(self._declaration_tracing)
    }


def _say_nothing(*_: object, **__: object) -> None:
    return None


# Where, which attribute, what instead, and why.
PATCHES: list[tuple[Any, str, Any, str]] = [
    (
        environment,
        "threading",
        SimpleNamespace(RLock=threading.RLock, Event=Interrupts),
        "a change of the program's state must wake every wait within it, in sandbox time",
    ),
    (
        program.Program,
        "eval",
        states.run_program,
        "TimeoutSeconds joins a thread by the wall clock and leaves it running",
    ),
    (
        state.CommonStateField,
        "_eval_body",
        states.run_state,
        "Output sees variables that Assign has just set; no limit of history events",
    ),
    (state_pass.StatePass, "_eval_state", states.run_pass, "Assign and Output in one go"),
    (state_succeed.StateSucceed, "_eval_state", states.run_succeed, "Assign and Output in one go"),
    (
        state_choice.StateChoice,
        "_eval_state",
        states.run_choice,
        "without a match it reports a RuntimeError instead of States.NoChoiceMatched",
    ),
    (
        state_wait.StateWait,
        "_eval_state",
        timing.run_wait,
        "waits by the wall clock, in local time, and is not interrupted",
    ),
    (
        execute_state.ExecutionState,
        "_eval_state",
        recovery.run_with_recovery,
        "waits by the wall clock (99,999,999 s by default), a stop does not end a running task, "
        "jitter is not repeatable, States.TaskFailed and States.ALL match what they do not on AWS",
    ),
    (
        state_parallel.StateParallel,
        "_eval_state",
        recovery.run_with_recovery,
        "as for tasks; an error States.Timeout of a branch becomes a ValueError",
    ),
    (state_map.StateMap, "_eval_state", recovery.run_with_recovery, "as for tasks"),
    (
        state_parallel.StateParallel,
        "_eval_execution",
        parallel.run_parallel,
        "branches are threads, and a failed branch leaves the others waiting",
    ),
    (
        state_map.StateMap,
        "_eval_execution",
        maps.run_map,
        "iterations are threads that recurse once for each item; no ItemBatcher, no tolerated "
        "failures, empty result files",
    ),
    (
        state_task_service.StateTaskService,
        "_eval_execution",
        tasks.run_task,
        "calls as nobody instead of as the machine's role, names errors and fields otherwise",
    ),
    (
        state_task_service_callback.StateTaskServiceCallback,
        "_eval_body",
        tasks.keep_token_to_attempts,
        "one task token for all attempts of a Retry",
    ),
    (
        string_expression.StringJSONata,
        "_eval_body",
        expressions.eval_jsonata,
        "there is no JSONata evaluator, and variables enter as unescaped text",
    ),
    (
        state_data.States,
        "reset",
        expressions.reset,
        "$states.result and $states.errorOutput are null where on AWS they do not exist",
    ),
    (
        asl_parser.AmazonStateLanguageParser,
        "parse",
        staticmethod(_parse),
        "ItemBatcher is refused; a definition that is refused leaves its query language behind for "
        "the next one; and every execution parses its machine anew, which takes longer than most "
        "executions",
    ),
    (
        custom_error_name.CustomErrorName,
        "__init__",
        _name_any_error,
        "a States. error that passes through a Parallel or Map is refused",
    ),
    (
        failure_event.FailureEventException,
        "get_execution_failed_event_details",
        _error_as_it_is,
        "says where an error occurred a second time",
    ),
    (
        variable_store.VariableStore,
        "get_assigned_variables",
        _assigned_variables,
        "an order that differs from process to process, and text that is no JSON",
    ),
    (EvalComponent, "_log_exception", _say_nothing, "prints the whole machine at every level"),
    (
        EvalComponent,
        "_log_failure_event_exception",
        _say_nothing,
        "prints the whole machine at every level",
    ),
]


def apply() -> Callable[[], None]:
    """Change moto, and return what changes it back."""
    before = default_user_config.get("stepfunctions")
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    patches = [patch.object(target, name, new) for target, name, new, _ in PATCHES]
    for change in patches:
        change.start()

    def undo() -> None:
        for change in reversed(patches):
            change.stop()
        if before is None:
            default_user_config.pop("stepfunctions", None)
        else:
            default_user_config["stepfunctions"] = before

    return undo
