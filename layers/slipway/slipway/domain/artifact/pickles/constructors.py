"""The few functions that pickles of fitted models call, each judged by its arguments.

None of them is imported. An entry says what the call would give, or refuses the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from slipway.domain.artifact.pickles.dtypes import dtype_of, item_count
from slipway.domain.artifact.pickles.problems import unsafe
from slipway.domain.artifact.pickles.values import (
    Array,
    Blob,
    DType,
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

if TYPE_CHECKING:
    from collections.abc import Callable

    Constructor: TypeAlias = "Callable[[Tuple, Name], Value]"

LARGEST_ARRAY = 1 << 40
_LARGEST_NUMBER = 1 << 31
_NUMBER = (int, float, bool)
_BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
_ARRAY_CLASSES = (
    ("numpy", "ndarray"),
    ("numpy", "matrix"),
    ("numpy", "memmap"),
    ("numpy.matrixlib.defmatrix", "matrix"),
    ("numpy.ma.core", "MaskedArray"),
    ("numpy.ma", "MaskedArray"),
)
PARTIAL = "partial function"
_MADE_PLAINLY = (Kind.CLASS, Kind.CALLER_CLASS)
# Element by element, on arrays, without any other effect.
UFUNCS = frozenset(
    "abs absolute arcsinh cbrt ceil cos cosh deg2rad exp exp2 expm1 fabs floor isfinite isinf "
    "isnan log log10 log1p log2 negative positive rad2deg reciprocal rint sign sin sinh sqrt "
    "square tan tanh trunc".split()
)
UFUNC_MODULES = ("numpy", "numpy.core._multiarray_umath", "numpy._core._multiarray_umath")
TABLE: dict[tuple[str, str], Constructor] = {}


def constructor(*names: str) -> Callable[[Constructor], Constructor]:
    """Enter a judgement for functions given as `module:name`."""

    def enter(judge: Constructor) -> Constructor:
        for each in names:
            module, _, name = each.partition(":")
            TABLE[(module, name)] = judge
        return judge

    return enter


def unusual(function: Name) -> Value:
    """Refuse a call that no pickler writes."""
    unsafe(f"it calls {function} with unusual arguments")


def is_array_class(value: Value) -> bool:
    """Say whether this names a kind of numpy array."""
    return isinstance(value, Name) and (value.module, value.name) in _ARRAY_CLASSES


@constructor("numpy:dtype")
def _dtype(args: Tuple, _function: Name) -> Value:
    return dtype_of(args)


@constructor("numpy.core.multiarray:_reconstruct", "numpy._core.multiarray:_reconstruct")
def _reconstruct(args: Tuple, function: Name) -> Value:
    match args.items:
        case (cls, Tuple(items=(0,)), b"b" | "b") if is_array_class(cls):
            return Array()
        case _:
            return unusual(function)


@constructor("numpy.ma.core:_mareconstruct")
def _masked(args: Tuple, function: Name) -> Value:
    match args.items:
        case (cls, base, Tuple(items=(0,)), b"b" | "b") if is_array_class(cls):
            return Array() if is_array_class(base) else unusual(function)
        case _:
            return unusual(function)


@constructor("numpy.core.multiarray:scalar", "numpy._core.multiarray:scalar")
def _scalar(args: Tuple, function: Name) -> Value:
    match args.items:
        case (DType(is_object=False) as dtype, bytes() | Blob() as data) if fits(data, dtype.size):
            return Rebuilt("numpy scalar")
        case _:
            return unusual(function)


def fits(data: Value, size: int) -> bool:
    """Say whether these are as many bytes."""
    if isinstance(data, Blob):
        return data.size in (None, size)
    return isinstance(data, bytes) and len(data) == size


@constructor("numpy.core.numeric:_frombuffer", "numpy._core.numeric:_frombuffer")
def _from_buffer(args: Tuple, function: Name) -> Value:
    match args.items:
        case (bytes() | Blob() as data, DType(is_object=False) as dtype, shape, "C" | "F"):
            if fits(data, item_count(shape, LARGEST_ARRAY) * dtype.size):
                return Array(built=True)
    return unusual(function)


@constructor(
    "numpy.random._pickle:__randomstate_ctor",
    "numpy.random._pickle:__generator_ctor",
    "numpy.random:__RandomState_ctor",
)
def _random_state(args: Tuple, function: Name) -> Value:
    match args.items:
        case () | (str(),):
            return Rebuilt("random state")
        case (str() | Rebuilt(what="bit generator"), Name(name="__bit_generator_ctor")):
            return Rebuilt("random state")
        case (Rebuilt(what="bit generator"),):
            return Rebuilt("random state")
        case _:
            return unusual(function)


@constructor("numpy.random._pickle:__bit_generator_ctor")
def _bit_generator(args: Tuple, function: Name) -> Value:
    match args.items:
        case (str(name) | Name(name=name),) if name in _BIT_GENERATORS:
            return Rebuilt("bit generator")
        case _:
            return unusual(function)


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
            return text.encode("latin-1", "replace")
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


@constructor("numpy.core:_ufunc_reconstruct", "numpy._core:_ufunc_reconstruct")
def _ufunc(args: Tuple, function: Name) -> Value:
    match args.items:
        case (str(module), str(name)) if module in UFUNC_MODULES and name in UFUNCS:
            return Rebuilt("numpy function")
        case _:
            return unusual(function)


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
