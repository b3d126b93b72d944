"""Instructions that push None, truth values and numbers."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.opcodes import opcode
from slipway.domain.artifact.pickles.problems import broken, ends, unsafe
from slipway.domain.artifact.pickles.reading import is_number, number_line, unsigned

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_LONGEST_INTEGER = 4096
_KEPT_SIZE = 16
_KEPT_DIGITS = 38
_HUGE = 1 << 128


@opcode(b"N")
def none(machine: Machine) -> None:
    """Push None."""
    machine.push(None)


@opcode(b"\x88")
def true(machine: Machine) -> None:
    """Push True."""
    machine.push(True)


@opcode(b"\x89")
def false(machine: Machine) -> None:
    """Push False."""
    machine.push(False)


@opcode(b"I")
def int_line(machine: Machine) -> None:
    """Push a decimal number, or a truth value written as 00 or 01."""
    line = number_line(machine)
    machine.push({b"00": False, b"01": True}.get(line, _integer(line)))


@opcode(b"L")
def long_line(machine: Machine) -> None:
    """Push a decimal number with an L behind it."""
    machine.push(_integer(number_line(machine).removesuffix(b"L")))


def _integer(line: bytes) -> int:
    if not line.removeprefix(b"-").isdigit():
        broken("it has a malformed number", dead=not is_number(line))
    return int(line) if len(line) <= _KEPT_DIGITS else _HUGE


@opcode(b"J")
def bin_int(machine: Machine) -> None:
    """Push four bytes with a sign."""
    machine.push(int.from_bytes(machine.source.take(4), "little", signed=True))


@opcode(b"K")
def bin_int1(machine: Machine) -> None:
    """Push one byte."""
    machine.push(machine.source.byte())


@opcode(b"M")
def bin_int2(machine: Machine) -> None:
    """Push two bytes."""
    machine.push(unsigned(machine, 2))


@opcode(b"\x8a")
def long1(machine: Machine) -> None:
    """Push a long number of up to 255 bytes."""
    push_long(machine, machine.source.byte())


@opcode(b"\x8b")
def long4(machine: Machine) -> None:
    """Push a longer number."""
    size = unsigned(machine, 4)
    if size > _LONGEST_INTEGER:
        unsafe("it has an integer of thousands of digits")
    push_long(machine, size)


def push_long(machine: Machine, size: int) -> None:
    """Push a number; of a very long one only that it is long, which no check lets pass."""
    data = machine.source.take(size)
    machine.push(_HUGE if size > _KEPT_SIZE else int.from_bytes(data, "little", signed=True))


@opcode(b"F")
def float_line(machine: Machine) -> None:
    """Push a decimal fraction."""
    try:
        machine.push(float(number_line(machine)))
    except ValueError:
        ends("it has a malformed number")


@opcode(b"G")
def bin_float(machine: Machine) -> None:
    """Push eight bytes, big-endian."""
    machine.push(struct.unpack(">d", machine.source.take(8))[0])
