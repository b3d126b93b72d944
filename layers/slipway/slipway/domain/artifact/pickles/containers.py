"""Instructions that make tuples, lists, dictionaries and sets.

What lists, sets and long tuples hold is checked and let go; only lengths stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.entries import extend, put_all
from slipway.domain.artifact.pickles.opcodes import opcode
from slipway.domain.artifact.pickles.problems import unsafe
from slipway.domain.artifact.pickles.values import UNKEPT, Mapping, Name, Sequence, Tuple, Value

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_KEPT_ITEMS = 64
_DEEPEST_TUPLE = 200


@opcode(b"(")
def mark(machine: Machine) -> None:
    """Open a group."""
    machine.mark()


@opcode(b"0")
def pop(machine: Machine) -> None:
    """Drop the top value."""
    machine.pop()


@opcode(b"1")
def pop_mark(machine: Machine) -> None:
    """Drop a group."""
    machine.pop_mark()


@opcode(b"2")
def duplicate(machine: Machine) -> None:
    """Push the top value again."""
    machine.push(machine.top())


def push_tuple(machine: Machine, items: list[Value]) -> None:
    """Push a tuple of the given items."""
    machine.budget.spend_object()
    depth = 1 + max((i.depth for i in items if type(i) is Tuple), default=0)
    if depth > _DEEPEST_TUPLE:
        unsafe("it nests tuples without end")
    # All of them are looked at: each dictionary is marked.
    unkept = sum(map(_is_unkept, items)) > 0
    kept = tuple(items) if len(items) <= _KEPT_ITEMS else None
    machine.push(Tuple(kept, depth, unkept))


def _is_unkept(item: Value) -> bool:
    if type(item) is Mapping:
        # From here on the tuple leads to it, wherever that is put.
        item.kept = True
        return item.describes_array
    if type(item) is Name:
        return item.kind in UNKEPT
    return type(item) is Tuple and item.has_unkept


@opcode(b")")
def empty_tuple(machine: Machine) -> None:
    """Push no items."""
    machine.push(_EMPTY)


_EMPTY = Tuple((), 1, has_unkept=False)


@opcode(b"\x85")
def tuple1(machine: Machine) -> None:
    """Make a tuple of one item."""
    push_tuple(machine, [machine.pop()])


@opcode(b"\x86")
def tuple2(machine: Machine) -> None:
    """Make a tuple of two items."""
    last = machine.pop()
    push_tuple(machine, [machine.pop(), last])


@opcode(b"\x87")
def tuple3(machine: Machine) -> None:
    """Make a tuple of three items."""
    last, middle = machine.pop(), machine.pop()
    push_tuple(machine, [machine.pop(), middle, last])


@opcode(b"t")
def tuple_of_group(machine: Machine) -> None:
    """Make a tuple of all items of the group."""
    push_tuple(machine, machine.pop_mark())


@opcode(b"]")
def empty_list(machine: Machine) -> None:
    """Push a list."""
    machine.budget.spend_object()
    machine.push(Sequence())


@opcode(b"\x8f")
def empty_set(machine: Machine) -> None:
    """Push a set."""
    machine.budget.spend_object()
    machine.push(Sequence(is_set=True))


@opcode(b"}")
def empty_dict(machine: Machine) -> None:
    """Push a dictionary."""
    machine.budget.spend_object()
    machine.push(Mapping())


@opcode(b"l")
def list_of_group(machine: Machine) -> None:
    """Push a list of the group's items."""
    items = machine.pop_mark()
    empty_list(machine)
    extend(machine, items)


@opcode(b"d")
def dict_of_group(machine: Machine) -> None:
    """Push a dictionary of the group's keys and values."""
    items = machine.pop_mark()
    empty_dict(machine)
    put_all(machine, items)


@opcode(b"\x91")
def frozen_set(machine: Machine) -> None:
    """Push a frozen set of the group's items."""
    items = machine.pop_mark()
    empty_set(machine)
    extend(machine, items)


@opcode(b"a")
def append(machine: Machine) -> None:
    """Add one item."""
    item = machine.pop()
    extend(machine, [item])


@opcode(b"e")
def appends(machine: Machine) -> None:
    """Add the group's items."""
    items = machine.pop_mark()
    extend(machine, items)


@opcode(b"\x90")
def add_items(machine: Machine) -> None:
    """Add the group's items to a set."""
    items = machine.pop_mark()
    extend(machine, items)


@opcode(b"s")
def set_item(machine: Machine) -> None:
    """Add one entry."""
    value = machine.pop()
    put_all(machine, [machine.pop(), value])


@opcode(b"u")
def set_items(machine: Machine) -> None:
    """Add the group's entries."""
    items = machine.pop_mark()
    put_all(machine, items)
