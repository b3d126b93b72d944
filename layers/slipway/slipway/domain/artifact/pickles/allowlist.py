"""The names that a pickle may mention, each for one use.

Exact names only. What is not here is refused, unless the user allows it as a class of theirs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles import constructors, python_constructors
from slipway.domain.artifact.pickles._sklearn_names import (
    CLASSES,
    EXTENSIONS,
    FUNCTIONS,
    RECORDS,
    RESTORERS,
)
from slipway.domain.artifact.pickles.compiled import restore
from slipway.domain.artifact.pickles.numpy_constructors import UFUNC_MODULES, UFUNCS
from slipway.domain.artifact.pickles.values import UNKEPT, Kind, Name
from slipway.domain.class_names import why_no_class

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# Importing them fills the table of constructors.
_FILLING = (python_constructors,)
_NUMPY_TYPES = (
    "bool bool_ bytes_ complex128 complex64 datetime64 float16 float32 float64 int16 int32 int64 "
    "int8 intc intp longdouble longlong matrix ndarray object_ str_ timedelta64 uint16 "
    "uint32 uint64 uint8 uintc uintp ulonglong"
)
_NUMPY_FUNCTIONS = "amax amin average max mean median min nan_to_num prod std sum var"
_BIT_GENERATORS = {
    "_mt19937": "MT19937",
    "_pcg64": "PCG64 PCG64DXSM",
    "_philox": "Philox",
    "_sfc64": "SFC64",
}
_SEEDS = {"numpy.random.bit_generator": ("SeedSequence",)}
_SEEDS_RESTORER = {"numpy.random.bit_generator": ("__pyx_unpickle_SeedSequence",)}
_VALUES = {
    "builtins": "FutureWarning bool bytearray bytes complex dict float frozenset int list object "
    "range set slice str tuple",
    "numpy": f"{_NUMPY_TYPES} {_NUMPY_FUNCTIONS}",
    "scipy._lib.array_api_compat.numpy._aliases": "asarray",
    "numpy.ma": "MaskedArray",
    "numpy.ma.core": "MaskedArray",
    "numpy.matrixlib.defmatrix": "matrix",
    **{f"numpy.random.{module}": names for module, names in _BIT_GENERATORS.items()},
}
# Called with a path and a mode, it opens a file for writing: FunctionTransformer would call it so.
_ARRAYS = {"numpy": ("memmap",)}
_SPARSE = {
    "bsr": "bsr_array bsr_matrix",
    "coo": "coo_array coo_matrix",
    "csc": "csc_array csc_matrix",
    "csr": "csr_array csr_matrix",
    "dia": "dia_array dia_matrix",
    "lil": "lil_array lil_matrix",
}
_OTHER_CLASSES = {
    "joblib.numpy_pickle": "NumpyArrayWrapper",
    **{f"scipy.sparse.{module}": names for module, names in _SPARSE.items()},
    **{f"scipy.sparse._{module}": names for module, names in _SPARSE.items()},
    "scipy.interpolate._bsplines": "BSpline",
    "xgboost.compat": "XGBoostLabelEncoder",
    "xgboost.core": "Booster",
    "xgboost.sklearn": "XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker "
    "XGBRegressor",
}


def _split(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {module: tuple(names.split()) for module, names in table.items()}


def _named(table: Mapping[str, Iterable[str]], kind: Kind) -> dict[tuple[str, str], Name]:
    return {
        (module, name): Name(module, name, kind)
        for module, names in table.items()
        for name in names
    }


@lru_cache(maxsize=1)
def _known() -> dict[tuple[str, str], Name]:
    for module, names in {**RESTORERS, **_SEEDS_RESTORER}.items():
        for name in names:
            constructors.TABLE[(module, name)] = restore
    called = {key: Name(*key, Kind.CONSTRUCTOR) for key in constructors.TABLE}
    return {
        **called,
        **_named(_split(_VALUES), Kind.VALUE),
        **_named(dict.fromkeys(UFUNC_MODULES, UFUNCS), Kind.VALUE),
        **_named(FUNCTIONS, Kind.VALUE),
        **_named(_ARRAYS, Kind.ARRAY),
        **_named(_split(_OTHER_CLASSES), Kind.CLASS),
        **_named(CLASSES, Kind.CLASS),
        **_named(RECORDS, Kind.RECORD),
        **_named({**EXTENSIONS, **_SEEDS}, Kind.EXTENSION),
    }


def allowed_names(caller_classes: Collection[str]) -> dict[tuple[str, str], Name]:
    """Give the allowed globals by (module, name).

    Parameters
    ----------
    caller_classes
        Dotted names that the user allows. They are never called, only made without `__init__`;
        what is known already keeps its narrower use, and what can be no class of a model is none.
    """
    theirs = {}
    for full in caller_classes:
        if why_no_class(full):
            continue
        parts = full.split(".")
        # The pickle tells where the module ends: `pkg.Outer.Inner` has two readings.
        for cut in range(1, len(parts)):
            key = (".".join(parts[:cut]), ".".join(parts[cut:]))
            theirs[key] = Name(*key, Kind.CALLER_CLASS)
    return {**theirs, **_known()}


def kept_names() -> list[Name]:
    """Give the names that a model may keep and call later, with whatever it is asked about."""
    return sorted((n for n in _known().values() if n.kind not in UNKEPT), key=str)


def needed_text(names: Mapping[tuple[str, str], Name]) -> frozenset[str]:
    """Give the text that a walk must always recognise."""
    return frozenset(part for key in names for part in key) | _STATE_WORDS


_STATE_WORDS = frozenset(
    "subclass shape order dtype allow_mmap numpy_array_alignment_bytes _sklearn_version input "
    "content latin1 latin-1 "
    "C F b < > | = f2 f4 f8 f16 i1 i2 i4 i8 u1 u2 u4 u8 b1 O8 c8 c16 M8 m8".split()
)
