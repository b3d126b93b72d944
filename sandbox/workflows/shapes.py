"""Between a state's JSON and a botocore client's parameters and responses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.workflows.names import member_name

if TYPE_CHECKING:
    from botocore.model import Shape, StructureShape


class UnknownMember(Exception):
    """A parameter that the API does not have."""


def to_request(arguments: Any, shape: Shape | None, where: str = "Arguments") -> Any:
    """Return a client's parameters for a state's arguments.

    Raises
    ------
    UnknownMember
        The API has no such parameter; the message names it and what there is.
    """
    if shape is None:
        return arguments or {}
    if shape.type_name == "structure":
        return _structure(arguments, shape, where)
    if shape.type_name == "list" and isinstance(arguments, list):
        return [to_request(item, shape.member, f"{where}[{i}]") for i, item in enumerate(arguments)]
    if shape.type_name == "map" and isinstance(arguments, dict):
        return {k: to_request(v, shape.value, f"{where}.{k}") for k, v in arguments.items()}
    return _leaf(arguments, shape)


def _leaf(value: Any, shape: Shape) -> Any:
    if shape.type_name == "blob":
        return json.dumps(value, separators=(",", ":")).encode()
    if shape.type_name == "string" and isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"))
    return value


def _structure(arguments: Any, shape: StructureShape, where: str) -> Any:
    if not isinstance(arguments, dict):
        return arguments
    request = {}
    for name, value in arguments.items():
        member = find_member(name, shape)
        if member is None:
            known = ", ".join(sorted(member_name(m, shape.name) for m in shape.members))
            raise UnknownMember(f"{where} has no field {name!r}. It has: {known}.")
        if value is not None:
            request[member] = to_request(value, shape.members[member], f"{where}.{name}")
    return request


def find_member(name: str, shape: StructureShape) -> str | None:
    """Return the member that a state's field names, which is written in PascalCase."""
    for member in shape.members:
        if name == member_name(member, shape.name):
            return str(member)
    return None


def from_response(value: Any, shape: Shape | None) -> Any:
    """Return a client's response as a state's data: names, times and streams as AWS gives them."""
    if shape is None:
        return {}
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            member_name(name, shape.name): from_response(value[name], member)
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [from_response(item, shape.member) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: from_response(item, shape.value) for key, item in value.items()}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    content = value.read() if hasattr(value, "read") else value
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else content


def iso(moment: datetime) -> str:
    """Return a moment as Java's `Instant` writes it: milliseconds only where there are some."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return text.removesuffix(".000") + "Z"
