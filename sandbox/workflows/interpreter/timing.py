"""Wait states."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sandbox.workflows.interpreter.expressions import MAX_SECONDS, value_of
from sandbox.workflows.interpreter.failures import query_failure
from sandbox.workflows.interpreter.runtime import current
from sandbox.workflows.interpreter.states import conclude
from sandbox.workflows.interpreter.waits import sleep

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def run_wait(self: Any, env: Any) -> None:
    """Stand in for `StateWait._eval_state`: in sandbox time, and interruptible."""
    sleep(env, _seconds(self.wait_function, env))
    conclude(env, self.output, self.assign_decl, env.states.get_input())


def _seconds(function: Any, env: Any) -> float:
    if hasattr(function, "string"):
        return _until(value_of(function.string, env), env)
    fixed = getattr(function, "seconds", None)
    seconds = value_of(function.string_jsonata, env) if fixed is None else fixed
    whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if not whole or not 0 <= seconds <= MAX_SECONDS:
        limits = f"a whole number from 0 to {MAX_SECONDS}"
        raise query_failure(env, f"The field 'Seconds' wants {limits}, not {seconds!r}.")
    return float(seconds)


def _until(timestamp: Any, env: Any) -> float:
    if not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
        wanted = "an ISO-8601 date and time with a zone"
        raise query_failure(env, f"The field 'Timestamp' wants {wanted}, not {timestamp!r}.")
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError as error:
        raise query_failure(env, f"The field 'Timestamp' is no date: {error}.") from error
    return (moment - current().kernel.now()).total_seconds()
