"""JSONata in definitions: whether it parses, and whether what it refers to is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.workflows.interpreter.definitions import is_expression
from sandbox.workflows.jsonata import QueryError
from sandbox.workflows.lint.references import References, references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.workflows.lint.problems import Report

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_PARTS = {"input", "context", "result", "errorOutput"}
_CONTEXT = {
    "Execution": {"Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"},
    "Map": {"Item"},
    "State": {"EnteredTime", "Name", "RetryCount"},
    "StateMachine": {"Id", "Name"},
    "Task": {"Token"},
}
# Machines inside a state are checked on their own.
_INNER = {"Branches", "ItemProcessor"}


def assigned(states: dict[str, Any]) -> frozenset[str]:
    """Return the variables that the states of one level assign."""
    names: set[str] = set()
    for state in states.values():
        for holder in (state, *state.get("Choices", []), *state.get("Catch", [])):
            names |= set(holder.get("Assign", {}))
    return frozenset(names)


def check_state(name: str, state: dict[str, Any], scope: frozenset[str], report: Report) -> None:
    """Check every expression of a state."""
    for variable in assigned({name: state}):
        if variable == "states" or not _IDENTIFIER.fullmatch(variable):
            report.add(f"{name}/Assign", f"{variable!r} is no name for a variable.")
    for path, text in _texts(state, ()):
        where = name + "".join(f"[{p}]" if isinstance(p, int) else f"/{p}" for p in path)
        if is_expression(text):
            for problem in _problems(text[2:-2].strip(), path, state, scope):
                report.add(where, problem)
        elif "{%" in text or "%}" in text:
            report.add(where, "JSONata must be the whole text: from {% to %}.")


def _texts(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "Comment" and (path or key not in _INNER):
                yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def _problems(
    expression: str, path: tuple[Any, ...], state: dict[str, Any], scope: frozenset[str]
) -> Iterator[str]:
    try:
        found = references(expression)
    except QueryError as error:
        yield f"{expression!r} {error}"
        return
    for variable in sorted(found.variables - scope):
        yield f"Nothing assigns the variable ${variable}."
    if "eval" in found.functions:
        yield "$eval does not exist in Step Functions."
    if "$$" in expression:
        yield "$$ is not allowed in Step Functions."
    yield from _states_problems(found, path, state)


def _states_problems(
    found: References, path: tuple[Any, ...], state: dict[str, Any]
) -> Iterator[str]:
    for parts in sorted(found.states):
        head, rest = (parts[0], parts[1:]) if parts else ("", ())
        if head and head not in _PARTS:
            yield f"There is no $states.{head}."
        if head == "result" and not _has_result(path, state):
            yield "$states.result exists only in Output and Assign of Task, Parallel and Map."
        if head == "errorOutput" and path[0] != "Catch":
            yield "$states.errorOutput exists only in Catch."
        if head == "context":
            yield from _context_problems(rest, path, state)


def _has_result(path: tuple[Any, ...], state: dict[str, Any]) -> bool:
    return state["Type"] in {"Task", "Parallel", "Map"} and path[0] in {"Output", "Assign"}


def _context_problems(
    parts: tuple[str, ...], path: tuple[Any, ...], state: dict[str, Any]
) -> Iterator[str]:
    head = parts[0] if parts else ""
    if head and head not in _CONTEXT:
        yield f"There is no $states.context.{head}."
    elif head and len(parts) > 1 and parts[1] not in _CONTEXT[head]:
        yield f"There is no $states.context.{head}.{parts[1]}."
    waits = str(state.get("Resource", "")).endswith(".waitForTaskToken")
    if head == "Task" and not (waits and path[0] == "Arguments"):
        yield "$states.context.Task exists only in Arguments of a .waitForTaskToken task."
    if head == "Map" and path[0] != "ItemSelector":
        yield "$states.context.Map exists only in ItemSelector."
