"""What moto does again at every call and need not: it took half of a call's time."""

from __future__ import annotations

import base64
import copy
import functools
from typing import Any

from moto.core import errors, responses
from moto.core.serialize import JSONSerializer, ResponseSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models.dynamo_type import DynamoType

from sandbox.replacing import replace

_SERIALIZE = ResponseSerializer._serialize_type_structure


def spare_work() -> None:
    """Let moto answer the same with less work.

    Of items of tables: it looks each of AttributeValue's ten members up under up to six names, at
    every level of every item, and copies all that is below a level again at each level. Of every
    operation: it inspects all members of the class that carries it out. Of every error: it makes
    the shapes of all errors of the service.
    """
    replace(ResponseSerializer, _serialize_type_structure=_serialize_type_structure)
    replace(DynamoType, to_regular_json=_to_regular_json, __deepcopy__=_deepcopy)
    replace(responses, method_names_from_class=functools.cache(method_names_from_class))
    # It keeps what it has looked up, and moto makes another one each time.
    replace(errors, ErrorLookupFactory=functools.cache(errors.ErrorLookupFactory))


def _serialize_type_structure(
    self: ResponseSerializer, serialized: Any, value: Any, shape: Any, key: str
) -> None:
    """Put what already has the form of DynamoDB's AttributeValue into the answer."""
    if shape.name == "AttributeValue" and isinstance(self, JSONSerializer) and _is_plain(value):
        self._default_serialize(serialized, value, shape, key)
    else:
        _SERIALIZE(self, serialized, value, shape, key)


def _is_plain(value: Any) -> bool:
    """Tell whether a value is JSON already: bytes still have to be encoded."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, str | bool)


def _to_regular_json(self: DynamoType) -> dict[str, Any]:
    value = self.value
    if isinstance(value, dict):
        return {self.type: {key: _regular(each) for key, each in value.items()}}
    if isinstance(value, list):
        return {self.type: [_regular(each) for each in value]}
    if self.is_binary() and isinstance(value, str):
        return {self.type: base64.b64decode(value)}
    return {self.type: value}


def _regular(value: Any) -> Any:
    return _to_regular_json(value) if isinstance(value, DynamoType) else copy.deepcopy(value)


def _deepcopy(self: DynamoType, _memo: dict[int, Any]) -> DynamoType:
    made: DynamoType = object.__new__(DynamoType)
    made.type, value = self.type, self.value
    if isinstance(value, dict):
        value = {key: _copied(each) for key, each in value.items()}
    elif isinstance(value, list):
        value = [_copied(each) for each in value]
    made.value = value
    return made


def _copied(value: Any) -> Any:
    return _deepcopy(value, {}) if isinstance(value, DynamoType) else copy.deepcopy(value)
