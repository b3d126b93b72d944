"""JSON that others wrote: bounded, and refused by one name.

What is nested too deep ends in a RecursionError, if not here then where the tree is walked; what is
too long takes the memory of whoever reads it, and with it the turn of everybody else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Model Monitor's statistics of some hundred columns come to a third of it.
MOST_BYTES = 32 * 1024 * 1024
# Deeper than anything that anybody means, and far from where Python's own recursion ends.
DEEPEST = 100


class JsonUnreadable(DomainError):
    """What should be JSON is none, or more of it than is read; the words go on after its name."""


def read_json(text: bytes | str, *, most: int = MOST_BYTES) -> Any:
    """Return what JSON says.

    Parameters
    ----------
    most : int
        The longest text that is read.

    Raises
    ------
    JsonUnreadable
        It is no JSON, longer, or nested more than :data:`DEEPEST` times.
    """
    if len(text) > most:
        raise _too_long(most)
    try:
        # An integer of thousands of digits and half a character are ValueErrors as well.
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JsonUnreadable(f"is no JSON: {error}") from error
    if _is_deep(found):
        raise JsonUnreadable(f"is nested more than {DEEPEST} times")
    return found


def json_object(text: bytes | str, *, most: int = MOST_BYTES) -> dict[str, Any]:
    """Return a JSON object.

    Raises
    ------
    JsonUnreadable
        It is none, longer, or nested more than :data:`DEEPEST` times.
    """
    found = read_json(text, most=most)
    if not isinstance(found, dict):
        raise JsonUnreadable("is no JSON object")
    return found


def object_or_nothing(text: bytes | str) -> dict[str, Any]:
    """Return a JSON object; an empty one for whatever else is there, which says nothing."""
    try:
        return json_object(text)
    except JsonUnreadable:
        return {}


def joined(pieces: Iterable[bytes], *, most: int = MOST_BYTES) -> bytes:
    """Return a file as a whole, and fetch no more of it than may be read.

    Raises
    ------
    JsonUnreadable
        It is longer.
    """
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > most:
            raise _too_long(most)
    return bytes(found)


def _too_long(most: int) -> JsonUnreadable:
    return JsonUnreadable(f"is longer than the {most // 1024} KiB that are read")


def _is_deep(found: Any) -> bool:
    level = _containers([found])
    for _ in range(DEEPEST):
        if not level:
            return False
        level = [inner for each in level for inner in _containers(_inside(each))]
    return bool(level)


def _inside(container: Any) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container


def _containers(values: Iterable[Any]) -> list[Any]:
    return [each for each in values if isinstance(each, dict | list)]
