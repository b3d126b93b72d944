"""Instructions that push text and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.budget import KEPT_BYTES, LONG_TEXT, LONGEST_TEXT
from slipway.domain.artifact.pickles.opcodes import opcode
from slipway.domain.artifact.pickles.problems import ends
from slipway.domain.artifact.pickles.reading import unsigned
from slipway.domain.artifact.pickles.values import Blob, Value

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_TEXT_LINE = 1 << 20
# UTF-8 needs up to four bytes a character.
_LONGEST_ENCODED = 4 * LONGEST_TEXT


@opcode(b"V")
def unicode_line(machine: Machine) -> None:
    """Push a line of text."""
    try:
        line = machine.source.line(_TEXT_LINE)
        machine.push(machine.text(str(line, "raw-unicode-escape")))
    except UnicodeDecodeError:
        ends("it has malformed text")


def push_text(machine: Machine, size: int) -> None:
    """Push text of a known size; long text is only passed over."""
    if size > _LONGEST_ENCODED:
        machine.source.skip(size)
        machine.push(LONG_TEXT)
        return
    try:
        machine.push(machine.text(str(machine.source.take(size), "utf-8", "surrogatepass")))
    except UnicodeDecodeError:
        ends("it has malformed text")


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
    """Give very short bytes, pass over others: only their number matters."""
    if size <= KEPT_BYTES:
        return machine.source.take(size)
    machine.budget.spend_object()
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
    machine.budget.spend_object()
    machine.source.skip(size)
    machine.push(Blob(size))


# --- Texts of Python 2, which Python 3 reads according to its settings: none is accepted, but the
# walk goes on, to tell whether this is a pickle at all.


def push_old_text(machine: Machine) -> None:
    """Push a text that nobody knows."""
    machine.facts.old_texts += 1
    machine.push(LONG_TEXT)


@opcode(b"S")
def old_line(machine: Machine) -> None:
    """Push a line in quotes."""
    line = machine.source.line(_TEXT_LINE).strip()
    if len(line) < len("''") or line[:1] != line[-1:] or line[:1] not in (b"'", b'"'):
        ends("it has a text without quotes")
    push_old_text(machine)


@opcode(b"T")
def old_text(machine: Machine) -> None:
    """Push text of a known size."""
    machine.source.skip(unsigned(machine, 4))
    push_old_text(machine)


@opcode(b"U")
def old_short_text(machine: Machine) -> None:
    """Push text of up to 255 bytes."""
    machine.source.skip(machine.source.byte())
    push_old_text(machine)
