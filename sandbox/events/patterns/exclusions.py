"""``anything-but`` and what may stand inside it."""

from __future__ import annotations

from typing import Any

from sandbox.events.patterns.errors import InvalidEventPattern
from sandbox.events.patterns.operators import compile_text
from sandbox.events.patterns.values import AnythingBut, Equals, Matcher, is_number

_INNER = ("equals-ignore-case", "prefix", "suffix", "wildcard")


def anything_but(operand: Any) -> Matcher:
    """Compile an exclusion: a value, a list of one type, or one text operator over either."""
    if isinstance(operand, dict):
        return _operator(operand)
    if isinstance(operand, list):
        return AnythingBut(tuple(Equals(value) for value in _one_type(operand)))
    if isinstance(operand, str) or is_number(operand):
        return AnythingBut((Equals(operand),))
    raise _wrong_value()


def _wrong_value() -> InvalidEventPattern:
    reason = "Value of anything-but must be an array or single string/number value."
    return InvalidEventPattern(reason)


def _one_type(values: list[Any]) -> list[Any]:
    if not all(isinstance(value, str) or is_number(value) for value in values):
        reason = "Inside anything but list, start|null|boolean is not supported."
        raise InvalidEventPattern(reason)
    if len({isinstance(value, str) for value in values}) != 1:
        reason = "Inside anything but list, either all values are number or string"
        raise InvalidEventPattern(f"{reason}, mixed type is not supported")
    return values


def _operator(operand: dict[str, Any]) -> Matcher:
    if not operand:
        raise InvalidEventPattern("Anything-But expression name not found")
    name, inner = next(iter(operand.items()))
    if name not in _INNER:
        raise InvalidEventPattern(f"Unsupported anything-but pattern: {name}")
    if not isinstance(inner, str | list) and not is_number(inner):
        raise _wrong_value()
    values = inner if isinstance(inner, list) else [inner]
    excluded = tuple(compile_text(name, _checked(name, value)) for value in values)
    if len(operand) > 1:
        raise InvalidEventPattern("Too many elements in numeric expression")
    return AnythingBut(excluded)


def _checked(name: str, value: Any) -> str:
    if isinstance(value, str):
        if not value and name in ("prefix", "suffix"):
            raise InvalidEventPattern("Null prefix/suffix not allowed")
        return value
    if name == "equals-ignore-case":
        reason = "Inside anything-but/equals-ignore-case list, number|start|null|boolean"
        raise InvalidEventPattern(f"{reason} is not supported.")
    subject = "wildcard" if name == "wildcard" else "prefix/suffix"
    raise InvalidEventPattern(f"{subject} match pattern must be a string")
