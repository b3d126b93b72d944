"""How numpy rebuilds arrays, scalars, random states and functions."""

from __future__ import annotations

from slipway.domain.artifact.pickles.constructors import constructor, fits, unusual
from slipway.domain.artifact.pickles.dtypes import dtype_of, item_count
from slipway.domain.artifact.pickles.values import (
    Array,
    Blob,
    DType,
    Name,
    Rebuilt,
    Tuple,
    Value,
)

LARGEST_ARRAY = 1 << 40
_BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
_ARRAY_CLASSES = (
    ("numpy", "ndarray"),
    ("numpy", "matrix"),
    ("numpy", "memmap"),
    ("numpy.matrixlib.defmatrix", "matrix"),
    ("numpy.ma.core", "MaskedArray"),
    ("numpy.ma", "MaskedArray"),
)
# Element by element, on arrays, without any other effect.
UFUNCS = frozenset(
    "abs absolute arcsinh cbrt ceil cos cosh deg2rad exp exp2 expm1 fabs floor isfinite isinf "
    "isnan log log10 log1p log2 negative positive rad2deg reciprocal rint sign sin sinh sqrt "
    "square tan tanh trunc".split()
)
UFUNC_MODULES = ("numpy", "numpy.core._multiarray_umath", "numpy._core._multiarray_umath")


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


@constructor("numpy.core:_ufunc_reconstruct", "numpy._core:_ufunc_reconstruct")
def _ufunc(args: Tuple, function: Name) -> Value:
    match args.items:
        case (str(module), str(name)) if module in UFUNC_MODULES and name in UFUNCS:
            return Rebuilt("numpy function")
        case _:
            return unusual(function)
