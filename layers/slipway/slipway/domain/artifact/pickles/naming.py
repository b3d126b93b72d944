"""Instructions that name globals, which are looked up and never imported; and the refused ones."""

from __future__ import annotations

import _compat_pickle
from typing import TYPE_CHECKING, NoReturn

from slipway.domain.artifact.pickles.opcodes import opcode
from slipway.domain.artifact.pickles.problems import PickleRefused, broken, unsafe
from slipway.domain.artifact.pickles.values import Kind, Text
from slipway.domain.artifact.refusal import Reason, printable

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine
    from slipway.domain.artifact.pickles.opcodes import Step

_NAME_LINE = 512
_RENAMES_BELOW = 3


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
