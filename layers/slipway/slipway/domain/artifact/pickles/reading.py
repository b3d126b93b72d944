"""Small reads that several instructions share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.problems import broken, ends
from slipway.domain.artifact.source import LineTooLong

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_NUMBER_LINE = 1000
_IN_NUMBERS = re.compile(rb"[\s\w.+-]*")


def unsigned(machine: Machine, size: int) -> int:
    """Read a little-endian number."""
    return int.from_bytes(machine.source.take(size), "little")


def number_line(machine: Machine) -> bytes:
    """Read a line that holds a number."""
    try:
        return machine.source.line(_NUMBER_LINE)
    except LineTooLong:
        if _IN_NUMBERS.fullmatch(machine.source.peek(_NUMBER_LINE)):
            raise
        ends("it has a malformed number")


def is_number(line: bytes) -> bool:
    """Say whether any unpickler takes this for a whole number, as `0x1f` or ` +1_000`."""
    text = line.strip().removesuffix(b"L")
    for base in (0, 10):
        try:
            int(text, base)
        except ValueError:
            continue
        return True
    return False


def index_line(machine: Machine) -> int:
    """Read a line that holds a memo index."""
    line = number_line(machine)
    if not line.isdigit():
        broken("it has a malformed index", dead=not is_number(line))
    return int(line)
