"""Evaluation of identity policies, as pure functions.

Source: IAM's policy evaluation logic for one account: an explicit Deny wins, else any Allow,
else an implicit deny.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sandbox.access.conditions import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Statement = dict[str, Any]


@dataclass(frozen=True)
class Demand:
    """One permission that a call needs.

    Attributes
    ----------
    action
        E.g. `s3:GetObject`.
    resource
        An ARN, or `*` for actions that know no resources.
    context
        Condition keys and their values, lower-cased keys.
    """

    action: str
    resource: str
    context: Mapping[str, Any]


def allowed(demand: Demand, documents: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether the policies together allow what is demanded."""
    effects = {statement["Effect"] for statement in matching(demand, documents)}
    return "Allow" in effects and "Deny" not in effects


def matching(demand: Demand, documents: Iterable[Mapping[str, Any]]) -> Iterator[Statement]:
    """Yield the statements that speak about a demand."""
    for document in documents:
        for statement in as_list(document["Statement"]):
            if _speaks_of(statement, demand):
                yield statement


def as_list(value: Any) -> list[Any]:
    """Return what policies write as one value or as a list, as a list."""
    return value if isinstance(value, list) else [value]


def _speaks_of(statement: Statement, demand: Demand) -> bool:
    return (
        _action_matches(statement, demand.action)
        and _resource_matches(statement, demand.resource)
        and holds(statement.get("Condition", {}), demand.context)
    )


def _action_matches(statement: Statement, action: str) -> bool:
    if "NotAction" in statement:
        return not _any_action(statement["NotAction"], action)
    return _any_action(statement["Action"], action)


def _any_action(patterns: Any, action: str) -> bool:
    wanted = action.lower()
    return any(fnmatch.fnmatchcase(wanted, p.lower()) for p in as_list(patterns))


def _resource_matches(statement: Statement, resource: str) -> bool:
    if "NotResource" in statement:
        return not any(arn_like(p, resource) for p in as_list(statement["NotResource"]))
    return any(arn_like(pattern, resource) for pattern in as_list(statement["Resource"]))


def arn_like(pattern: str, arn: str) -> bool:
    """Match an ARN against a pattern with `*` and `?`; case counts."""
    return _compiled(pattern).fullmatch(arn) is not None


# The policies of a stack hold some thousands of patterns, and every call meets them again.
@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str]:
    expression = "".join(
        ".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern
    )
    return re.compile(expression, re.DOTALL)
