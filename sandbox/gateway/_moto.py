"""Items of tables are answered as they are: moto's own way took half of a call's time."""

from __future__ import annotations

from typing import Any

from moto.core.serialize import JSONSerializer, ResponseSerializer

from sandbox.replacing import replace

_SERIALIZE = ResponseSerializer._serialize_type_structure


def answer_items_as_they_are() -> None:
    """Let moto put what already has the form of DynamoDB's AttributeValue into its answers.

    moto looks each of the ten members up under up to six names, at every level of every item.
    """
    replace(ResponseSerializer, _serialize_type_structure=_serialize_type_structure)


def _serialize_type_structure(
    self: ResponseSerializer, serialized: Any, value: Any, shape: Any, key: str
) -> None:
    if shape.name == "AttributeValue" and isinstance(self, JSONSerializer) and _is_plain(value):
        self._default_serialize(serialized, value, shape, key)
    else:
        _SERIALIZE(self, serialized, value, shape, key)


def _is_plain(value: Any) -> bool:
    """Tell whether a value is JSON already: bytes still have to be encoded."""
    if isinstance(value, dict):
        return all(_is_plain(each) for each in value.values())
    if isinstance(value, list):
        return all(_is_plain(each) for each in value)
    return isinstance(value, str | bool)
