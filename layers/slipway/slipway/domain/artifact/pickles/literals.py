"""Instructions that push numbers, text and bytes, and the bookkeeping ones."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.budget import LONGEST_TEXT
from slipway.domain.artifact.pickles.machine import Stop, opcode
from slipway.domain.artifact.pickles.problems import broken, unsafe
from slipway.domain.artifact.pickles.values import Blob, Text, Value

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_HIGHEST_PROTOCOL = 5
_NUMBER_LINE = 1000
_TEXT_LINE = 1 << 20
_LONGEST_INTEGER = 4096
# UTF-8 needs up to four bytes a character.
_KEPT_BYTES = 4 * LONGEST_TEXT
_FIRST = 2


def unsigned(machine: Machine, size: int) -> int:
    """Read a little-endian number."""
    return int.from_bytes(machine.source.take(size), "little")


def number_line(machine: Machine) -> bytes:
    """Read a line that holds a number."""
    return machine.source.line(_NUMBER_LINE)


def index_line(machine: Machine) -> int:
    """Read a line that holds a memo index."""
    line = number_line(machine)
    if not line.isdigit():
        broken("it has a malformed index")
    return int(line)


@opcode(b"\x80")
def proto(machine: Machine) -> None:
    """Set the protocol; it changes how names are read, so only the first instruction may."""
    machine.protocol = machine.source.byte()
    if machine.source.position - machine.started != _FIRST:
        unsafe("it changes its protocol on the way")
    if machine.protocol > _HIGHEST_PROTOCOL:
        broken("its protocol does not exist")


@opcode(b"\x95")
def frame(machine: Machine) -> None:
    """Enter a frame."""
    machine.enter_frame(unsigned(machine, 8))


@opcode(b".")
def stop(_machine: Machine) -> None:
    """End."""
    raise Stop


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
        broken("it has a malformed number")
    return int(line)


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
    size = machine.source.byte()
    machine.push(int.from_bytes(machine.source.take(size), "little", signed=True))


@opcode(b"\x8b")
def long4(machine: Machine) -> None:
    """Push a longer number."""
    size = unsigned(machine, 4)
    if size > _LONGEST_INTEGER:
        unsafe("it has an integer of thousands of digits")
    machine.push(int.from_bytes(machine.source.take(size), "little", signed=True))


@opcode(b"F")
def float_line(machine: Machine) -> None:
    """Push a decimal fraction."""
    try:
        machine.push(float(number_line(machine)))
    except ValueError:
        broken("it has a malformed number")


@opcode(b"G")
def bin_float(machine: Machine) -> None:
    """Push eight bytes, big-endian."""
    machine.push(struct.unpack(">d", machine.source.take(8))[0])


@opcode(b"V")
def unicode_line(machine: Machine) -> None:
    """Push a line of text."""
    try:
        line = machine.source.line(_TEXT_LINE)
        machine.push(machine.text(str(line, "raw-unicode-escape")))
    except UnicodeDecodeError:
        broken("it has malformed text")


def push_text(machine: Machine, size: int) -> None:
    """Push text of a known size; long text is only passed over."""
    if size > _KEPT_BYTES:
        machine.source.skip(size)
        machine.push(Text())
        return
    try:
        machine.push(machine.text(str(machine.source.take(size), "utf-8", "surrogatepass")))
    except UnicodeDecodeError:
        broken("it has malformed text")


@opcode(b"\x8c")
def short_text(machine: Machine) -> None:
    """Push text of up to 255 bytes."""
    push_text(machine, machine.source.byte())


@opcode(b"X")
def text(machine: Machine) -> None:
    """Push text."""
    push_text(machine, unsigned(machine, 4))


@opcode(b"\x8d")
def long_text(machine: Machine) -> None:
    """Push long text."""
    push_text(machine, unsigned(machine, 8))


def read_bytes(machine: Machine, size: int) -> Value:
    """Give short bytes, pass over long ones."""
    if size <= LONGEST_TEXT:
        return machine.source.take(size)
    machine.source.skip(size)
    return Blob(size)


@opcode(b"C")
def short_bytes(machine: Machine) -> None:
    """Push up to 255 bytes."""
    machine.push(read_bytes(machine, machine.source.byte()))


@opcode(b"B")
def bin_bytes(machine: Machine) -> None:
    """Push bytes."""
    machine.push(read_bytes(machine, unsigned(machine, 4)))


@opcode(b"\x8e")
def long_bytes(machine: Machine) -> None:
    """Push many bytes."""
    machine.push(read_bytes(machine, unsigned(machine, 8)))


@opcode(b"\x96")
def bytearray8(machine: Machine) -> None:
    """Push a byte array: always a blob, because it can change later."""
    size = unsigned(machine, 8)
    machine.source.skip(size)
    machine.push(Blob(size))


def old_string(_machine: Machine) -> None:
    """Refuse Python 2 text, which Python 3 reads according to its settings."""
    broken("it was made by Python 2")


for _code in (b"S", b"T", b"U"):
    opcode(_code)(old_string)


@opcode(b"p")
def put(machine: Machine) -> None:
    """Store under a written index."""
    machine.remember(index_line(machine))


@opcode(b"q")
def bin_put(machine: Machine) -> None:
    """Store under a short index."""
    machine.remember(machine.source.byte())


@opcode(b"r")
def long_bin_put(machine: Machine) -> None:
    """Store under a long index."""
    machine.remember(unsigned(machine, 4))


@opcode(b"\x94")
def memoize(machine: Machine) -> None:
    """Store under the next index."""
    machine.remember(len(machine.memo))


@opcode(b"g")
def get(machine: Machine) -> None:
    """Recall a written index."""
    machine.recall(index_line(machine))


@opcode(b"h")
def bin_get(machine: Machine) -> None:
    """Recall a short index."""
    machine.recall(machine.source.byte())


@opcode(b"j")
def long_bin_get(machine: Machine) -> None:
    """Recall a long index."""
    machine.recall(unsigned(machine, 4))
