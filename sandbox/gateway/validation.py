"""What AWS refuses before an operation even begins: the constraints of botocore's models.

boto3 itself checks only required members, types and lower bounds, so a call that passes
locally may be refused by AWS for a length, a pattern or an unknown enum value.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

# Patterns in the models are written for Java; these are the differences that occur in ours.
_JAVA_CLASSES = {
    r"\p{L}": "A-Za-zÀ-\uffff",
    r"\p{Z}": r"\s",
    r"\p{Zs}": r"\s",
    r"\p{N}": r"\d",
    r"\p{Alpha}": "A-Za-z",
    r"\p{Alnum}": "A-Za-z0-9",
    r"\p{Graph}": r"\x21-\x7e",
    r"\p{Print}": r"\x20-\x7e",
    r"\p{ASCII}": r"\x00-\x7f",
    r"\p{M}": "\u0300-\u036f",
    r"\p{P}": r"!-/:-@\[-`{-~",
    r"\p{S}": r"$+<=>^`|~",
    r"\p{C}": r"\x00-\x1f",
}

_JAVA_SYNTAX = {
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",
    r"\z": r"\Z",
    r"[\w-_]": r"[\w\-_]",
    # A typing error in SageMaker's model: the anchor is repeated instead of the group.
    "*)${1,": "*){1,",
}


def violations(shape: Shape | None, value: Any, path: str = "") -> Iterator[str]:
    """Yield, in AWS's wording, each constraint that a value breaks."""
    if shape is None or value is None:
        return
    check = _CHECKS.get(shape.type_name)
    if check is not None:
        yield from check(shape, value, path)


def refusal(problems: list[str]) -> str:
    """Return the message that AWS answers for some violations."""
    count = len(problems)
    return f"{count} validation error{'s' * (count > 1)} detected: {'; '.join(problems)}"


def _structure(shape: Any, value: Any, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            where = _join(path, name)
            yield f"Value null at '{where}' failed to satisfy constraint: Member must not be null"
    for name, member in shape.members.items():
        given = value.get(name)
        if given is not None:
            yield from violations(member, given, _join(path, name))


def _list(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _length(shape, len(value), value, path)
    for index, item in enumerate(value, 1):
        yield from violations(shape.member, item, f"{path}.{index}.member")


def _map(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _length(shape, len(value), value, path)
    for key, item in value.items():
        yield from violations(shape.key, key, f"{path}.key")
        yield from violations(shape.value, item, f"{path}.{key}")


def _string(shape: Any, value: Any, path: str) -> Iterator[str]:
    yield from _length(shape, len(value), value, path)
    if shape.enum and value not in shape.enum:
        options = ", ".join(shape.enum)
        yield _broken(value, path, f"Member must satisfy enum value set: [{options}]")
    pattern = shape.metadata.get("pattern")
    if pattern and (compiled := _compile(pattern)) and not compiled.fullmatch(value):
        yield _broken(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _blob(shape: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, bytes):
        yield from _length(shape, len(value), f"{len(value)} bytes", path)


def _number(shape: Any, value: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        yield _broken(value, path, f"Member must have value greater than or equal to {low}")
    if high is not None and value > high:
        yield _broken(value, path, f"Member must have value less than or equal to {high}")


def _length(shape: Any, length: int, value: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and length < low:
        yield _broken(value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and length > high:
        yield _broken(value, path, f"Member must have length less than or equal to {high}")


def _broken(value: Any, path: str, rule: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {rule}"


def _join(path: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


@functools.cache
def _compile(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(_translate(pattern), re.DOTALL)
    except re.error:
        return None  # Cannot be said in Python: unchecked here, which boto3 is too.


def _translate(pattern: str) -> str:
    """Write Java's classes as Python's, in brackets of their own where they stand alone."""
    for java, python in _JAVA_SYNTAX.items():
        pattern = pattern.replace(java, python)
    parts, in_brackets = [], False
    for piece in re.split(r"(\\p\{\w+\}|\\.|\[|\])", pattern):
        if piece in _JAVA_CLASSES:
            known = _JAVA_CLASSES[piece]
            parts.append(known if in_brackets else f"[{known}]")
            continue
        if piece in ("[", "]"):
            in_brackets = piece == "["
        parts.append(piece)
    return "".join(parts)


_CHECKS = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "blob": _blob,
    "integer": _number,
    "long": _number,
    "float": _number,
    "double": _number,
}
