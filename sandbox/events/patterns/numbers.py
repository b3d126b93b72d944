"""``numeric``: one comparison, or a lower and an upper end."""

from __future__ import annotations

from typing import Any

from sandbox.events.patterns.errors import InvalidEventPattern
from sandbox.events.patterns.values import Matcher, Numeric, is_number

_COMPARISONS = ("=", ">", ">=", "<", "<=")
_ONE, _TWO = 2, 4


def numeric(operand: Any) -> Matcher:
    """Compile ``["<", 5]`` or ``[">", 0, "<=", 5]``, in this order."""
    if not isinstance(operand, list):
        raise InvalidEventPattern("Value of numeric must be an array.")
    if not operand or not isinstance(operand[0], str):
        raise InvalidEventPattern(f"Invalid member in numeric match: {operand[:1] or ']'}")
    if operand[0] not in _COMPARISONS:
        raise InvalidEventPattern(f"Unrecognized numeric range operator: {operand[0]}")
    value = _number(operand[0], operand[1:_ONE])
    if len(operand) == _ONE:
        return _single(operand[0], value)
    if operand[0] not in (">", ">="):
        raise InvalidEventPattern("Too many elements in numeric expression")
    return _between(operand[0], value, operand[_ONE:])


def _number(comparison: str, values: list[Any]) -> float:
    if not values or not is_number(values[0]):
        name = "equals" if comparison == "=" else comparison
        raise InvalidEventPattern(f"Value of {name} must be numeric")
    number: float = values[0]
    if float(number) in (float("inf"), float("-inf")):
        raise InvalidEventPattern(f"Cannot compare number : {number}")
    return number


def _single(comparison: str, value: float) -> Matcher:
    if comparison == "=":
        return Numeric(value, value)
    if comparison.startswith(">"):
        return Numeric(value, None, low_open=comparison == ">")
    return Numeric(None, value, high_open=comparison == "<")


def _between(comparison: str, low: float, rest: list[Any]) -> Matcher:
    upper = rest[0]
    if not isinstance(upper, str):
        raise InvalidEventPattern(f"Bad value in numeric range: {upper}")
    if upper not in ("<", "<="):
        raise InvalidEventPattern(f"Bad numeric range operator: {upper}")
    high = _number(upper, rest[1:_ONE])
    if len(rest) > _ONE:
        raise InvalidEventPattern("Too many terms in numeric range expression")
    if low >= high:
        raise InvalidEventPattern("Bottom must be less than top")
    return Numeric(low, high, low_open=comparison == ">", high_open=upper == "<")
