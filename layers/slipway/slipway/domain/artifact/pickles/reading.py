"""Small reads that several instructions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.problems import broken

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_NUMBER_LINE = 1000


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
