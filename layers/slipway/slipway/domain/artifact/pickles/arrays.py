"""numpy arrays in pickles: numpy's own states, and the raw bytes that joblib puts between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.budget import ALIGNMENT_KEY, WRAPPER_KEYS
from slipway.domain.artifact.pickles.constructors import fits
from slipway.domain.artifact.pickles.dtypes import item_count
from slipway.domain.artifact.pickles.numpy_constructors import LARGEST_ARRAY, is_array_class
from slipway.domain.artifact.pickles.problems import unsafe
from slipway.domain.artifact.pickles.values import (
    Array,
    DType,
    Instance,
    Mapping,
    Sequence,
    Tuple,
    Value,
)

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
_ALIGNMENT = 16
_PLAIN_STATE = 5
_MASKED_STATE = 7
_NEWER_KEYS = WRAPPER_KEYS | {ALIGNMENT_KEY}


def is_wrapper(instance: Instance) -> bool:
    """Say whether joblib replaces this object by an array as soon as it has its state."""
    return (instance.cls.module, instance.cls.name) == _WRAPPER


def build_array(array: Array, state: Value) -> None:
    """Judge numpy's own state of an array: (version, shape, dtype, order, data)."""
    items = state.items if isinstance(state, Tuple) else None
    if array.built or items is None or len(items) not in (_PLAIN_STATE, _MASKED_STATE):
        unsafe("a numpy array has an unusual state")
    array.built = True
    _version, shape, dtype, _order, data = items[:5]
    if not isinstance(dtype, DType):
        unsafe("a numpy array has an unusual dtype")
    count = item_count(shape, LARGEST_ARRAY)
    if dtype.is_object:
        sound = isinstance(data, Sequence) and not data.is_set and data.length == count
    else:
        sound = fits(data, count * dtype.size)
    if not sound:
        unsafe("a numpy array's data does not fit its shape")


def read_wrapped_array(machine: Machine, wrapper: Instance, state: Value) -> Array:
    """Skip the bytes that joblib reads as an array right after this instruction."""
    if not machine.arrays:
        unsafe("it holds joblib arrays where only pickle reads, which would run them")
    entries = state.entries if isinstance(state, Mapping) and state.complete else {}
    if wrapper.built or set(entries) not in (WRAPPER_KEYS, _NEWER_KEYS):
        unsafe("a joblib array has an unusual state")
    wrapper.built = True
    machine.end_frame()
    machine.facts.raw_arrays += 1
    dtype, count = entries["dtype"], item_count(entries["shape"], LARGEST_ARRAY)
    if not isinstance(dtype, DType) or not is_array_class(entries["subclass"]):
        unsafe("a joblib array has an unusual dtype or class")
    if dtype.is_object:
        machine.walk_nested()
    else:
        _skip_padding(machine, entries.get(ALIGNMENT_KEY))
        machine.source.skip(count * dtype.size)
    return Array(built=True)


def _skip_padding(machine: Machine, alignment: Value) -> None:
    if alignment is None:
        return
    if alignment != _ALIGNMENT:
        unsafe("a joblib array has an unusual alignment")
    machine.facts.aligned_arrays += 1
    padding = machine.source.byte()
    if padding > _ALIGNMENT:
        unsafe("a joblib array has an unusual alignment")
    machine.source.skip(padding)
