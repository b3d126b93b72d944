"""Reads an event pattern and refuses what PutRule refuses, with EventBridge's reasons."""

from __future__ import annotations

import json
from typing import Any

from sandbox.events.patterns.errors import InvalidEventPattern
from sandbox.events.patterns.exclusions import anything_but
from sandbox.events.patterns.numbers import numeric
from sandbox.events.patterns.operators import OPERATORS
from sandbox.events.patterns.values import Equals, Matcher

# A rule is a choice between alternatives; each names the matchers of every field that it needs.
# ABSENT in a field's list stands for {"exists": false}.
Alternative = dict[str, list[Matcher]]

_RESERVED_IN_OR = frozenset(
    "exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr "
    "= < <= > >= regex not-wildcard not-equals-ignore-case date-after date-on-or-after date-before "
    "date-on-or-before in-date-range ip-address-in-range ip-address-not-in-range".split()
)
_MINIMUM_ALTERNATIVES = 2
_OPERATORS = {**OPERATORS, "anything-but": anything_but, "numeric": numeric}


def compile_alternatives(text: str) -> list[Alternative]:
    """Compile a pattern's JSON text into its alternatives.

    Raises
    ------
    InvalidEventPattern
        When EventBridge would refuse the pattern.
    """
    try:
        pattern = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidEventPattern(f"Filter is not valid JSON: {error}") from error
    if not isinstance(pattern, dict):
        raise InvalidEventPattern("Filter is not an object")
    return _object(pattern, "", [{}], inside_or=False)


def _object(
    node: dict[str, Any], prefix: str, alternatives: list[Alternative], *, inside_or: bool
) -> list[Alternative]:
    if not node:
        raise InvalidEventPattern("Empty objects are not allowed")
    for key, value in node.items():
        if key == "$or":
            alternatives = _either(value, prefix, alternatives)
        elif inside_or and key in _RESERVED_IN_OR:
            reason = f"{key} is Ruler reserved fieldName which cannot be used inside $or."
            raise InvalidEventPattern(reason)
        else:
            alternatives = _field(key, value, prefix, alternatives, inside_or=inside_or)
    return alternatives


def _field(
    key: str, value: Any, prefix: str, alternatives: list[Alternative], *, inside_or: bool
) -> list[Alternative]:
    if isinstance(value, dict):
        return _object(value, f"{prefix}{key}.", alternatives, inside_or=inside_or)
    if isinstance(value, list):
        matchers = _matchers(value)
        return [{**alternative, f"{prefix}{key}": matchers} for alternative in alternatives]
    raise InvalidEventPattern(f'"{key}" must be an object or an array')


def _either(value: Any, prefix: str, alternatives: list[Alternative]) -> list[Alternative]:
    if not isinstance(value, list):
        raise InvalidEventPattern("It must be an Array followed with $or.")
    if not all(isinstance(choice, dict) for choice in value):
        raise InvalidEventPattern("Only JSON object is allowed in array of $or relationship.")
    if len(value) < _MINIMUM_ALTERNATIVES:
        raise InvalidEventPattern("There must have at least 2 Objects in $or relationship.")
    compiled = (_object(choice, prefix, alternatives, inside_or=True) for choice in value)
    return [alternative for choice in compiled for alternative in choice]


def _matchers(values: list[Any]) -> list[Matcher]:
    if not values:
        raise InvalidEventPattern("Empty arrays are not allowed")
    return [_matcher(value) for value in values]


def _matcher(value: Any) -> Matcher:
    if isinstance(value, dict):
        return _operator(value)
    if isinstance(value, list):
        raise InvalidEventPattern("Match value must be String, number, true, false, or null")
    return Equals(value)


def _operator(expression: dict[str, Any]) -> Matcher:
    if not expression:
        raise InvalidEventPattern("Match expression name not found")
    name, operand = next(iter(expression.items()))
    if name not in _OPERATORS:
        raise InvalidEventPattern(f"Unrecognized match type {name}")
    matcher = _OPERATORS[name](operand)
    if len(expression) > 1:
        raise InvalidEventPattern("Only one key allowed in match expression")
    return matcher
