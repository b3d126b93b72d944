"""What an expression refers to: variables, and parts of `$states`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jsonata.parser import Parser

from sandbox.workflows.jsonata import BUILT_IN, compile_expression

# Links of the parser's nodes that lead elsewhere than to their parts.
_NOT_PARTS = {"_outer_instance", "environment", "input", "ancestor", "slot", "seeking_parent"}


@dataclass
class References:
    """Names without `$`.

    Attributes
    ----------
    variables
        Variables that the expression does not bind itself.
    states
        Paths under `$states`, e.g. `("context", "Task", "Token")`.
    functions
        Functions that are called by name.
    """

    variables: set[str] = field(default_factory=set)
    states: set[tuple[str, ...]] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)


@lru_cache(maxsize=4096)
def references(expression: str) -> References:
    """Return what an expression refers to.

    Raises
    ------
    QueryError
        It is no JSONata.
    """
    found = References()
    _walk(compile_expression(expression).ast, found, set())
    found.variables -= found.bound | BUILT_IN | {""}
    return found


def _walk(node: Any, found: References, seen: set[int]) -> None:
    if isinstance(node, list | tuple):
        for part in node:
            _walk(part, found, seen)
        return
    if not isinstance(node, Parser.Symbol) or id(node) in seen:
        return
    seen.add(id(node))
    _note(node, found)
    for name, part in vars(node).items():
        if name not in _NOT_PARTS:
            _walk(part, found, seen)


def _note(node: Any, found: References) -> None:
    if node.type == "variable":
        found.variables.add(str(node.value))
        if node.value == "states":
            found.states.add(())
    elif node.type == "path" and node.steps and node.steps[0].type == "variable":
        if node.steps[0].value == "states":
            found.states.add(_names(node.steps[1:]))
    elif node.type == "bind":
        found.bound.add(str(node.lhs.value))
    elif node.type == "lambda":
        found.bound |= {str(argument.value) for argument in node.arguments}
    if node.type in {"function", "partial"} and getattr(node.procedure, "type", "") == "variable":
        found.functions.add(str(node.procedure.value))


def _names(steps: list[Any]) -> tuple[str, ...]:
    names = []
    for step in steps:
        if step.type != "name":
            break
        names.append(str(step.value))
    return tuple(names)
