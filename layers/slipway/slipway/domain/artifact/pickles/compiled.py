"""How compiled classes are rebuilt: by a call with numbers and arrays, or by Cython's helpers."""

from __future__ import annotations

from slipway.domain.artifact.pickles.constructors import unusual
from slipway.domain.artifact.pickles.values import (
    Array,
    DType,
    Instance,
    Kind,
    Name,
    Tuple,
    Value,
)

_LARGEST_NUMBER = 1 << 31
_NUMBER = (int, float, bool)


def restore(args: Tuple, function: Name) -> Value:
    """Judge what Cython makes to restore a compiled object, `newObj` included.

    The class must be of the same module: these functions call its `__new__`.
    """
    match args.items:
        case (Name(kind=Kind.EXTENSION | Kind.CLASS) as cls,):
            expected = function.name == "newObj"
        case (Name(kind=Kind.EXTENSION) as cls, int(), None | Tuple()):
            expected = function.name.startswith("__pyx_unpickle_")
        case _:
            return unusual(function)
    if not expected or cls.module != function.module:
        return unusual(function)
    return Instance(cls, compiled=True)


def extension(args: Tuple, function: Name) -> Value:
    """Judge the call of a compiled class: numbers and arrays only."""
    for item in args.items or ():
        small = type(item) in _NUMBER and not (
            isinstance(item, int) and abs(item) > _LARGEST_NUMBER
        )
        if not small and not isinstance(item, Array | DType | None):
            return unusual(function)
    return Instance(function, compiled=True)
