"""What may go into lists, sets and dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.budget import ALWAYS_KEPT, ARRAY_CLASS_KEY, is_dunder
from slipway.domain.artifact.pickles.problems import broken, unsafe
from slipway.domain.artifact.pickles.values import (
    UNKEPT,
    Array,
    DType,
    Instance,
    Kind,
    Mapping,
    Name,
    Sequence,
    Tuple,
    Value,
)

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_KEPT_KEYS = 128
# Hashing tuples of tuples takes time that doubles with each level.
_DEEPEST_KEY = 6


def storable(value: Value) -> Value:
    """Refuse to keep what only rebuilds data in a model, where it could be called otherwise."""
    if type(value) is Name and value.kind in UNKEPT:
        unsafe(f"it keeps {value} as a value")
    if type(value) is Tuple and value.has_unkept:
        unsafe("it keeps a function that only rebuilds data as a value")
    if type(value) is Mapping:
        if value.describes_array:
            unsafe("it keeps the description of an array as a value")
        value.kept = True
    return value


def extend(machine: Machine, items: list[Value]) -> None:
    """Check the items that the list or set on top takes in."""
    target = machine.top()
    if type(target) is not Sequence:
        broken("it appends to something that is no list")
    for item in items:
        storable(item)
        if target.is_set:
            check_key(item)
    target.length += len(items)


def put_all(machine: Machine, items: list[Value]) -> None:
    """Check the entries that the dictionary on top takes in."""
    target = machine.top()
    if len(items) % 2:
        broken("it has a key without a value")
    if type(target) is Mapping and target.frozen:
        unsafe("it changes the fields of a numpy dtype afterwards")
    if type(target) is Instance and target.cls.kind in (Kind.CLASS, Kind.CALLER_CLASS):
        # A subclass of dict, such as Bunch: its entries matter no more than attributes do.
        target_entries = Mapping()
    elif type(target) is Mapping:
        target_entries = target
    else:
        broken("it stores entries in something that is no dictionary")
    for key, value in zip(items[::2], items[1::2], strict=True):
        check_key(key)
        if key == ARRAY_CLASS_KEY and type(value) is Name and value.kind is Kind.ARRAY:
            _describe_array(target)
        else:
            storable(value)
        put(machine, target_entries, key, value)


def _describe_array(target: Value) -> None:
    """Note a kind of array in what must turn out to be the state of joblib's description of one.

    Whatever else leads to that dictionary leads to the class.
    """
    if type(target) is not Mapping or target.kept:
        unsafe("it keeps a kind of array as a value")
    target.describes_array = True


def put(machine: Machine, target: Mapping, key: Value, value: Value) -> None:
    """Note one entry."""
    if not isinstance(key, str):
        target.complete = False
        return
    if is_dunder(key):
        target.has_dunder = True
    room = key in ALWAYS_KEPT or len(target.entries) < _KEPT_KEYS
    if key in target.entries or (room and machine.budget.keep_entry(key)):
        target.entries[key] = value
    else:
        target.complete = False


def check_key(key: Value) -> None:
    """Refuse keys that cannot be hashed, or take ages to."""
    storable(key)
    if type(key) is Tuple and key.depth > _DEEPEST_KEY:
        unsafe("it uses deeply nested tuples as keys")
    if type(key) is Mapping or type(key) is Array or (type(key) is Sequence and not key.is_set):
        broken("it uses a list as a key")
    if type(key) is DType and key.is_object:
        broken("it uses an object dtype as a key")
