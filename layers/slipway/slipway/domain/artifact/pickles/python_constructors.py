"""How Python and its standard library rebuild plain data."""

from __future__ import annotations

from slipway.domain.artifact.pickles.budget import KEPT_BYTES
from slipway.domain.artifact.pickles.constructors import constructor, unusual
from slipway.domain.artifact.pickles.problems import unsafe
from slipway.domain.artifact.pickles.values import (
    Blob,
    Instance,
    Kind,
    Mapping,
    Name,
    Rebuilt,
    Sequence,
    Text,
    Tuple,
    Value,
)

PARTIAL = "partial function"
_MADE_PLAINLY = (Kind.CLASS, Kind.CALLER_CLASS)
_NUMBER = (int, float, bool)


@constructor("copyreg:_reconstructor")
def _reconstructor(args: Tuple, function: Name) -> Value:
    """Protocols 0 and 1 make every object this way."""
    match args.items:
        case (Name() as cls, Name(module="builtins") as base, state) if cls.kind in _MADE_PLAINLY:
            plain = base.name == "object" and state is None
            if plain or (base.name == "dict" and isinstance(state, Mapping)):
                return Instance(cls)
        case (Name(kind=Kind.RECORD) as cls, Name(module="builtins", name="tuple"), Tuple()):
            return Instance(cls)
    return unusual(function)


@constructor("_codecs:encode")
def _encode(args: Tuple, function: Name) -> Value:
    """Protocols before 3 write bytes as text."""
    match args.items:
        case (str(text), "latin1" | "latin-1"):
            encoded = text.encode("latin-1", "replace")
            return encoded if len(encoded) <= KEPT_BYTES else Blob(len(encoded))
        case (Text(), "latin1" | "latin-1"):
            return Blob(None)
        case _:
            return unusual(function)


@constructor("builtins:bytes")
def _bytes(args: Tuple, function: Name) -> Value:
    return b"" if args.items == () else unusual(function)


@constructor("builtins:bytearray")
def _bytearray(args: Tuple, function: Name) -> Value:
    match args.items:
        case ():
            return Blob(0)
        case (bytes(data),):
            return Blob(len(data))
        case (Blob(size=size),):
            return Blob(size)
        case _:
            return unusual(function)


@constructor("builtins:complex", "builtins:slice", "builtins:range")
def _numbers(args: Tuple, function: Name) -> Value:
    if all(item is None or type(item) in _NUMBER for item in args.items or ()):
        return Rebuilt(function.name)
    return unusual(function)


@constructor("builtins:set", "builtins:frozenset")
def _set(args: Tuple, function: Name) -> Value:
    match args.items:
        case ():
            return Sequence(is_set=True)
        case (Sequence(length=length),):
            return Sequence(length, is_set=True)
        case _:
            return unusual(function)


@constructor("collections:OrderedDict")
def _ordered(args: Tuple, function: Name) -> Value:
    return Mapping() if args.items == () else unusual(function)


@constructor("collections:defaultdict")
def _defaulting(args: Tuple, function: Name) -> Value:
    match args.items:
        case () | (None,) | (Name(module="builtins"),):
            return Mapping()
        case _:
            return unusual(function)


@constructor("functools:partial")
def _partial(args: Tuple, function: Name) -> Value:
    match args.items:
        case (Name(kind=Kind.VALUE),):
            return Rebuilt(PARTIAL)
        case _:
            return unusual(function)


def check_rebuilt_state(target: Rebuilt, state: Value) -> None:
    """Judge a state given to plain data: that of a partial function names the function again."""
    if target.what != PARTIAL:
        return
    match state:
        case Tuple(items=(Name(kind=Kind.VALUE), Tuple(items=()), Mapping(), None | Mapping())):
            return
        case _:
            unsafe("it prepares a call of a function that no fitted model prepares")
