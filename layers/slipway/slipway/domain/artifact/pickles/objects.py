"""Instructions that make objects: nothing is called and no attribute is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles import constructors
from slipway.domain.artifact.pickles.arrays import build_array, is_wrapper, read_wrapped_array
from slipway.domain.artifact.pickles.budget import INPUT_KEY, VERSION_KEY
from slipway.domain.artifact.pickles.compiled import extension
from slipway.domain.artifact.pickles.dtypes import build_dtype
from slipway.domain.artifact.pickles.entries import storable
from slipway.domain.artifact.pickles.opcodes import opcode
from slipway.domain.artifact.pickles.problems import unsafe
from slipway.domain.artifact.pickles.python_constructors import check_rebuilt_state
from slipway.domain.artifact.pickles.values import (
    Array,
    DType,
    Instance,
    Kind,
    Mapping,
    Name,
    Rebuilt,
    Tuple,
    Value,
)

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_WITH_ARGUMENTS = (Kind.RECORD, Kind.CALLER_CLASS)
_CONTENT = "content"
_TEXT_MODULES = ("sklearn.feature_extraction.text",)
_CLASSES = (Kind.CLASS, Kind.EXTENSION, *_WITH_ARGUMENTS)


@opcode(b"R")
def reduce(machine: Machine) -> None:
    """Call a function: only known constructors, of which only the outcome's kind is noted."""
    args, function = machine.pop(), machine.pop()
    if not isinstance(function, Name):
        unsafe("it calls something that is no known function")
    if not isinstance(args, Tuple) or args.items is None:
        unsafe(f"it calls {function} with unusual arguments")
    if any(isinstance(each, Mapping) and each.describes_array for each in args.items):
        unsafe(f"it calls {function} with the description of an array")
    machine.budget.spend_object()
    constructor = constructors.TABLE.get((function.module, function.name))
    if constructor is not None:
        machine.push(constructor(args, function))
    elif function.kind is Kind.EXTENSION:
        machine.push(extension(args, function))
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
    if not (isinstance(target, Instance) and is_wrapper(target)):
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
        check_rebuilt_state(target, state)
    else:
        unsafe("it sets attributes of something that is no object of a known class")


def build_instance(machine: Machine, target: Instance, state: Value) -> None:
    """Note versions; refuse states that would change what the object is."""
    parts = state.items if isinstance(state, Tuple) else (state,)
    for part in parts or ():
        if isinstance(part, Mapping):
            _check_attributes(target.cls, part)
    if isinstance(state, Mapping):
        version = state.entries.get(VERSION_KEY)
        if isinstance(version, str) and target.cls.module.startswith("sklearn."):
            machine.facts.note_version("scikit-learn", version)
    elif target.cls.kind is Kind.CLASS and not target.compiled:
        unsafe(f"it gives a {target.cls} object a state that is no dictionary")


def _check_attributes(cls: Name, attributes: Mapping) -> None:
    if attributes.has_dunder:
        unsafe(f"it sets a special method of a {cls} object")
    # What turns texts into numbers can be told to take each text for the name of a file to open.
    given = attributes.entries.get(INPUT_KEY, _CONTENT)
    if cls.module in _TEXT_MODULES and given != _CONTENT:
        unsafe(f"it has a {cls} object read files that requests name")
