"""Expressions inside states: what they see, and how their failures are reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.workflows.interpreter.failures import query_failure
from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.jsonata import QueryError, evaluate
from sandbox.workflows.shapes import iso

MAX_SECONDS = 99_999_999


def eval_jsonata(self: Any, env: Any) -> None:
    """Stand in for `StringJSONata._eval_body`."""
    source = current().source(execution_arn(env))
    try:
        value = evaluate(self.expression.strip(), bindings(env), source)
    except QueryError as error:
        field = env.next_field_name
        where = f" specified for the field '{field}'" if field else ""
        expression = self.expression.strip()
        raise query_failure(
            env, f"The JSONata expression '{expression}'{where} {error}."
        ) from error
    env.stack.append(value)


def bindings(env: Any) -> dict[str, Any]:
    """Return the variables that an expression sees."""
    store = env.variable_store
    variables: dict[str, Any] = store._outer_scope | store._inner_scope
    return variables | {"states": states(env)}


def states(env: Any) -> dict[str, Any]:
    """Return `$states`; `result` and `errorOutput` are there only where AWS has them."""
    data = env.states._states_data
    seen = {name: data[name] for name in ("result", "errorOutput") if name in data}
    context = {name: part for name, part in data["context"].items() if part is not None}
    return seen | {"input": data["input"], "context": _jsonable(context)}


def reset(self: Any, input_value: Any) -> None:
    """Stand in for `States.reset`: a new input, and no result and no error yet."""
    self._states_data["input"] = input_value
    self._states_data.pop("result", None)
    self._states_data.pop("errorOutput", None)


def value_of(component: Any, env: Any) -> Any:
    """Return what a component of moto's leaves on the stack."""
    component.eval(env)
    return env.stack.pop()


def seconds_of(component: Any, env: Any, field: str, least: int = 1) -> int:
    """Return a whole number of seconds, given or computed."""
    # moto's own evaluation cuts fractions off and fails on texts.
    seconds = value_of(getattr(component, "string_jsonata", component), env)
    whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if not whole or not least <= seconds <= MAX_SECONDS:
        limits = f"a whole number from {least} to {MAX_SECONDS}"
        raise query_failure(env, f"The field '{field}' wants {limits}, not {seconds!r}.")
    return int(seconds)


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    return iso(value) if isinstance(value, datetime) else value
