"""Conditions of policy statements. An operator that is not known here is refused, never ignored."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, Any]) -> bool:
    """Tell whether all of a statement's conditions hold in a context.

    Raises
    ------
    Unsupported
        An operator is not known.
    """
    return all(
        _holds_for_key(operator, context.get(key.lower()), wanted)
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _holds_for_key(operator: str, actual: Any, wanted: Any) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return (actual is None) == (str(_values(wanted)[0]).lower() == "true")
    if_exists = name.endswith("IfExists")
    test, negated = _operator(name.removesuffix("IfExists"))
    if actual is None:
        return if_exists or negated or quantifier == "ForAllValues"
    results = [_matches(test, value, wanted) != negated for value in _values(actual)]
    return all(results) if quantifier == "ForAllValues" or negated else any(results)


def _matches(test: Callable[[str, str], bool], actual: str, wanted: Any) -> bool:
    return any(test(str(actual), str(value)) for value in _values(wanted))


def _operator(name: str) -> tuple[Callable[[str, str], bool], bool]:
    for operators, negated in ((_OPERATORS, False), (_NEGATED, True)):
        if name in operators:
            return operators[name], negated
    raise Unsupported(f"The sandbox does not know the condition operator {name}.")


def _values(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _same(actual: str, wanted: str) -> bool:
    return actual == wanted


def _same_folded(actual: str, wanted: str) -> bool:
    return actual.lower() == wanted.lower()


def _like(actual: str, wanted: str) -> bool:
    return fnmatch.fnmatchcase(actual, wanted.replace("[", "[[]"))


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": _same,
    "StringEqualsIgnoreCase": _same_folded,
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": _same_folded,
    "NumericLessThanEquals": lambda actual, wanted: float(actual) <= float(wanted),
    "NumericEquals": lambda actual, wanted: float(actual) == float(wanted),
}
_NEGATED: dict[str, Callable[[str, str], bool]] = {
    "StringNotEquals": _same,
    "StringNotLike": _like,
    "ArnNotEquals": _like,
    "ArnNotLike": _like,
}
