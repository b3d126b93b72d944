"""Instructions that name globals and make objects: nothing is imported, called or set."""

from __future__ import annotations

import _compat_pickle
from typing import TYPE_CHECKING, NoReturn

from slipway.domain.artifact.pickles import constructors
from slipway.domain.artifact.pickles.arrays import build_array, is_wrapper, read_wrapped_array
from slipway.domain.artifact.pickles.containers import VERSION_KEY
from slipway.domain.artifact.pickles.dtypes import build_dtype
from slipway.domain.artifact.pickles.machine import opcode, storable
from slipway.domain.artifact.pickles.problems import PickleRefused, broken, unsafe
from slipway.domain.artifact.pickles.values import (
    Array,
    DType,
    Instance,
    Kind,
    Mapping,
    Name,
    Rebuilt,
    Text,
    Tuple,
    Value,
)
from slipway.domain.artifact.refusal import Reason, printable

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine, Step

_NAME_LINE = 512
_RENAMES_BELOW = 3
_WITH_ARGUMENTS = (Kind.RECORD, Kind.CALLER_CLASS)
_CLASSES = (Kind.CLASS, Kind.EXTENSION, *_WITH_ARGUMENTS)


@opcode(b"c")
def global_lines(machine: Machine) -> None:
    """Push a global named by two lines."""
    lines = [machine.source.line(_NAME_LINE) for _ in range(2)]
    try:
        module, name = (line.decode("utf-8") for line in lines)
    except UnicodeDecodeError:
        broken("it has a malformed name")
    push_name(machine, module, name)


@opcode(b"\x93")
def stack_global(machine: Machine) -> None:
    """Push a global named by two texts on the stack."""
    name, module = machine.pop(), machine.pop()
    if isinstance(name, Text) or isinstance(module, Text):
        refuse_name("a name that is too long or comes too late to be known")
    if not isinstance(name, str) or not isinstance(module, str):
        broken("it has a name that is no text")
    push_name(machine, module, name)


def push_name(machine: Machine, module: str, name: str) -> None:
    """Push an allowed global."""
    if machine.protocol < _RENAMES_BELOW:
        module, name = _renamed(module, name)
    found = machine.names.get((module, name))
    if found is None:
        refuse_name(f"{module}.{name}")
    if found.kind is Kind.CALLER_CLASS:
        machine.facts.caller_names.add(str(found))
    core = module.startswith("numpy._core")
    machine.facts.modules.add("numpy._core" if core else module.partition(".")[0])
    machine.push(found)


def _renamed(module: str, name: str) -> tuple[str, str]:
    """Apply the renames from Python 2, as the unpicklers do for old protocols."""
    if (module, name) in _compat_pickle.NAME_MAPPING:
        return _compat_pickle.NAME_MAPPING[(module, name)]
    return _compat_pickle.IMPORT_MAPPING.get(module, module), name


def refuse_name(full: str) -> NoReturn:
    """Name what is not allowed and how to allow it."""
    shown = printable(full)
    remedy = (
        f"If it is a class of yours that is harmless, write `artifact.allow_classes: [{shown}]` "
        "in endpoint.yaml; otherwise do not trust this file"
    )
    raise PickleRefused(
        Reason.PICKLE_NAME, f"names `{shown}` in its pickle, which is not known to be safe", remedy
    )


@opcode(b"R")
def reduce(machine: Machine) -> None:
    """Call a function: only known constructors, of which only the outcome's kind is noted."""
    args, function = machine.pop(), machine.pop()
    if not isinstance(function, Name):
        unsafe("it calls something that is no known function")
    if not isinstance(args, Tuple) or args.items is None:
        unsafe(f"it calls {function} with unusual arguments")
    machine.budget.spend_object()
    constructor = constructors.TABLE.get((function.module, function.name))
    if constructor is not None:
        machine.push(constructor(args, function))
    elif function.kind is Kind.EXTENSION:
        machine.push(constructors.extension(args, function))
    else:
        unsafe(f"it calls {function}, where a fitted model only makes an object of it")


@opcode(b"\x81")
def new_object(machine: Machine) -> None:
    """Make an object of a class without running its `__init__`."""
    args, cls = machine.pop(), machine.pop()
    if not isinstance(cls, Name) or cls.kind not in _CLASSES:
        unsafe(f"it makes an object of {cls if isinstance(cls, Name) else 'what is no class'}")
    plain = isinstance(args, Tuple) and args.items == ()
    if not plain and cls.kind not in _WITH_ARGUMENTS:
        unsafe(f"it makes an object of {cls} with arguments")
    storable(args)
    machine.budget.spend_object()
    machine.push(Instance(cls))


@opcode(b"b")
def build(machine: Machine) -> None:
    """Give an object its state."""
    state = machine.pop()
    target = machine.top()
    storable(state)
    if isinstance(target, DType):
        build_dtype(target, state)
    elif isinstance(target, Array):
        build_array(target, state)
    elif isinstance(target, Instance) and is_wrapper(target):
        machine.pop()
        machine.push(read_wrapped_array(machine, target, state))
    elif isinstance(target, Instance):
        build_instance(machine, target, state)
    elif isinstance(target, Rebuilt):
        constructors.check_rebuilt_state(target, state)
    else:
        unsafe("it sets attributes of something that is no object of a known class")


def build_instance(machine: Machine, target: Instance, state: Value) -> None:
    """Note versions; refuse states that would change what the object is."""
    parts = state.items if isinstance(state, Tuple) else (state,)
    for part in parts or ():
        if isinstance(part, Mapping) and part.has_dunder:
            unsafe(f"it sets a special method of a {target.cls} object")
    if isinstance(state, Mapping):
        version = state.entries.get(VERSION_KEY)
        if isinstance(version, str) and target.cls.module.startswith("sklearn."):
            machine.facts.versions.setdefault("scikit-learn", set()).add(version)
    elif target.cls.kind is Kind.CLASS and not target.compiled:
        unsafe(f"it gives a {target.cls} object a state that is no dictionary")


_REFUSED = {
    b"\x82": "it uses the extension registry",
    b"\x83": "it uses the extension registry",
    b"\x84": "it uses the extension registry",
    b"P": "it refers to objects outside of itself",
    b"Q": "it refers to objects outside of itself",
    b"\x97": "it refers to buffers outside of itself",
    b"\x98": "it refers to buffers outside of itself",
    b"i": "it makes objects by calling their class",
    b"o": "it makes objects by calling their class",
    b"\x92": "it makes an object with named arguments",
}


def _refusing(what: str) -> Step:
    def refuse(_machine: Machine) -> None:
        unsafe(what)

    return refuse


for _code, _what in _REFUSED.items():
    opcode(_code)(_refusing(_what))
