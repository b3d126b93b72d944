"""JSON with expressions in it, evaluated in a state (the fields of a Map)."""

from __future__ import annotations

from typing import Any

from sandbox.workflows.interpreter.definitions import is_expression
from sandbox.workflows.interpreter.expressions import bindings
from sandbox.workflows.interpreter.failures import query_failure
from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.jsonata import QueryError, evaluate


def render(template: Any, env: Any, field: str) -> Any:
    """Return a template with its expressions evaluated."""
    if isinstance(template, dict):
        return {key: render(value, env, f"{field}/{key}") for key, value in template.items()}
    if isinstance(template, list):
        return [render(value, env, f"{field}[{i}]") for i, value in enumerate(template)]
    if not is_expression(template):
        return template
    expression = template[2:-2].strip()
    try:
        return evaluate(expression, bindings(env), current().source(execution_arn(env)))
    except QueryError as error:
        problem = (
            f"The JSONata expression '{expression}' specified for the field '{field}' {error}."
        )
        raise query_failure(env, problem) from error


def whole_number(template: Any, env: Any, field: str, default: int) -> int:
    """Return a field that is a whole number, 0 or more."""
    value = default if template is None else render(template, env, field)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise query_failure(env, f"The field '{field}' wants 0 or more, not {value!r}.")
    return int(value)
