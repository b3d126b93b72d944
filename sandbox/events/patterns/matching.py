"""Matches a compiled pattern against an event, consistently within arrays of objects.

Two fields below one array must be met by the same element: a pattern for first name Anna and last
name Jones does not match a list that holds Anna Smith and Peter Jones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.events.patterns.operators import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.events.patterns.compiler import Alternative
    from sandbox.events.patterns.values import Matcher, Scalar

# Which element of which array (by identity of the array) a value was found in.
Membership = dict[int, int]


class Leaf(NamedTuple):
    """One scalar of an event and the array elements that it lies in."""

    value: Scalar
    membership: Membership


Leaves = dict[str, list[Leaf]]


def leaves(event: dict[str, Any]) -> Leaves:
    """List an event's scalars by dotted path; empty arrays and objects have none."""
    found: Leaves = {}
    for path, leaf in _walk(event, "", {}):
        found.setdefault(path, []).append(leaf)
    return found


def _walk(node: Any, path: str, membership: Membership) -> Iterator[tuple[str, Leaf]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _walk(value, f"{path}.{key}" if path else key, membership)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, path, {**membership, id(node): index})
    else:
        yield path, Leaf(node, membership)


def matches(alternative: Alternative, found: Leaves) -> bool:
    """Say whether one alternative of a pattern is met by an event's leaves."""
    return _match(sorted(alternative.items()), found, {})


def _match(fields: list[tuple[str, list[Matcher]]], found: Leaves, membership: Membership) -> bool:
    if not fields:
        return True
    (name, matchers), rest = fields[0], fields[1:]
    present = [leaf for leaf in found.get(name, []) if _consistent(leaf.membership, membership)]
    if not present and ABSENT in matchers and _match(rest, found, membership):
        return True
    memberships = (
        {**membership, **leaf.membership}
        for leaf in present
        if any(matcher.accepts(leaf.value) for matcher in matchers)
    )
    return any(_match(rest, found, joined) for joined in memberships)


def _consistent(one: Membership, other: Membership) -> bool:
    return all(other.get(array, index) == index for array, index in one.items())
