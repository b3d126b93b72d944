"""numpy dtypes as pickles spell them; the size of an item decides how many bytes are skipped."""

from __future__ import annotations

import re

from slipway.domain.artifact.pickles.problems import unsafe
from slipway.domain.artifact.pickles.values import DType, Mapping, Tuple, Value

_CODE = re.compile(r"[<>|=]?([biufcmMSUVO])(\d{1,9})", re.ASCII)
_SIZES = {
    "b": (1,),
    "i": (1, 2, 4, 8),
    "u": (1, 2, 4, 8),
    "f": (2, 4, 8, 16),
    "c": (8, 16, 32),
    "m": (8,),
    "M": (8,),
    "O": (8,),
}
_UNICODE_WIDTH = 4
_LARGEST_ITEM = 1 << 20
# Flags of items that hold pointers: raw bytes must never be taken for those.
_POINTER_FLAGS = 0b0111
_OBJECT_FLAGS = 63
_STATE_LENGTHS = (8, 9)
_FIELD_LENGTHS = (2, 3)


def dtype_of(args: Tuple) -> DType:
    """Judge `numpy.dtype(code, align, copy)`."""
    match args.items:
        case (str(code), bool() | 0 | 1, bool() | 0 | 1):
            pass
        case _:
            unsafe("numpy.dtype is called in an unusual way")
    found = _CODE.fullmatch(code)
    if not found:
        unsafe(f"the numpy dtype {code!r} is unusual")
    letter, size = found[1], int(found[2]) * (_UNICODE_WIDTH if found[1] == "U" else 1)
    if size not in _SIZES.get(letter, range(1, _LARGEST_ITEM)):
        unsafe(f"the numpy dtype {code!r} has an unusual size")
    return DType(letter, size)


def build_dtype(dtype: DType, state: Value) -> None:
    """Judge the state that completes a dtype: it must not change what the code said."""
    items = state.items if isinstance(state, Tuple) else None
    if dtype.built or items is None or len(items) not in _STATE_LENGTHS:
        unsafe("a numpy dtype has an unusual state")
    dtype.built = True
    version, order, subarray, names, fields, size, _alignment, flags = items[:8]
    plain = isinstance(version, int) and order in ("<", ">", "|", "=") and subarray is None
    if not plain or not isinstance(size, int) or not isinstance(flags, int):
        unsafe("a numpy dtype has an unusual state")
    if size not in (-1, dtype.size) or (dtype.code in "SUV") != (size != -1):
        unsafe("a numpy dtype has two different sizes")
    if flags != _OBJECT_FLAGS if dtype.is_object else flags & _POINTER_FLAGS:
        unsafe("a numpy dtype lies about holding objects")
    _check_fields(dtype, names, fields)


def _check_fields(dtype: DType, names: Value, fields: Value) -> None:
    if names is None and fields is None:
        return
    if dtype.code != "V" or not isinstance(fields, Mapping) or not fields.complete:
        unsafe("a numpy dtype has unusual fields")
    fields.frozen = True
    for each in fields.entries.values():
        parts = each.items if isinstance(each, Tuple) else None
        if parts is None or len(parts) not in _FIELD_LENGTHS:
            unsafe("a numpy dtype has unusual fields")
        kind, offset = parts[0], parts[1]
        if not isinstance(kind, DType) or kind.is_object or not isinstance(offset, int):
            unsafe("a numpy dtype has fields that hold objects")
        if offset < 0 or offset + kind.size > dtype.size:
            unsafe("a numpy dtype has a field outside of itself")


def item_count(shape: Value, largest: int) -> int:
    """Multiply a shape, as numpy would if it never overflowed."""
    sizes = shape.items if isinstance(shape, Tuple) else None
    if sizes is None:
        unsafe("an array has no usable shape")
    count = 1
    for size in sizes:
        if type(size) is not int or not 0 <= size <= largest:
            unsafe("an array has no usable shape")
        count *= size
        if count > largest:
            unsafe("an array is larger than any memory")
    return count
