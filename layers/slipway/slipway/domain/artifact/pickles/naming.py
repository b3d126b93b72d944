"""Instructions that name globals, which are looked up and never imported; and the refused ones."""

from __future__ import annotations

import _compat_pickle
from typing import TYPE_CHECKING, NoReturn

from slipway.domain.artifact.pickles.opcodes import opcode
from slipway.domain.artifact.pickles.problems import PickleRefused, broken, ends, unsafe
from slipway.domain.artifact.pickles.values import Kind, Text
from slipway.domain.artifact.refusal import Reason, printable
from slipway.domain.artifact.source import LineTooLong, SourceEnded
from slipway.domain.class_names import why_no_class

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine
    from slipway.domain.artifact.pickles.opcodes import Step

_NAME_LINE = 512
_RENAMES_BELOW = 3


@opcode(b"c")
def global_lines(machine: Machine) -> None:
    """Push a global named by two lines."""
    first = _module_line(machine)
    try:
        second = machine.source.line(_NAME_LINE)
    except SourceEnded:
        # Unpicklers do import what a last line without an end names.
        refuse_name(first.decode("utf-8", "replace"))
    try:
        module, name = first.decode("utf-8"), second.decode("utf-8")
    except UnicodeDecodeError:
        ends("it has a malformed name")
    push_name(machine, module, name)


def _module_line(machine: Machine) -> bytes:
    try:
        return machine.source.line(_NAME_LINE)
    except LineTooLong:
        # However it goes on: nothing of that name can be imported.
        if _is_module(machine.source.peek(_NAME_LINE).decode("utf-8", "replace").rstrip(".")):
            raise
        ends("it has a malformed name")


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
        refuse_name(f"{module}.{name}", dead=not _is_module(module))
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


def _is_module(name: str) -> bool:
    """Say whether there can be a module of that name: of `age,income` there is none."""
    return all(part.isidentifier() for part in name.split("."))


def refuse_name(full: str, *, dead: bool = False) -> NoReturn:
    """Name what is not allowed and how to allow it."""
    shown = printable(full)
    remedy = (
        f"If it is a class of yours that is harmless, write `artifact.allow_classes: [{shown}]` "
        "in endpoint.yaml; otherwise do not trust this file"
    )
    if why_no_class(full):
        remedy = "No fitted model needs that: do not trust this file"
    what = f"names `{shown}` in its pickle, which is not known to be safe"
    raise PickleRefused(Reason.PICKLE_NAME, what, remedy, dead=dead)


_REFUSED = {
    b"\x82": "it uses the extension registry",
    b"\x83": "it uses the extension registry",
    b"\x84": "it uses the extension registry",
    b"\x97": "it refers to buffers outside of itself",
    b"\x98": "it refers to buffers outside of itself",
    b"\x92": "it makes an object with named arguments",
}


@opcode(b"P")
@opcode(b"Q")
def persistent(_machine: Machine) -> None:
    """Refuse what unpicklers fail on unless a program of its own says what it stands for."""
    unsafe("it refers to objects outside of itself", dead=True)


@opcode(b"i")
@opcode(b"o")
def instance(machine: Machine) -> None:
    """Refuse the call of a class with the items of a group; without a group there is none."""
    unsafe("it makes objects by calling their class", dead=not machine.marks)


def _refusing(what: str) -> Step:
    def refuse(_machine: Machine) -> None:
        unsafe(what)

    return refuse


for _code, _what in _REFUSED.items():
    opcode(_code)(_refusing(_what))
