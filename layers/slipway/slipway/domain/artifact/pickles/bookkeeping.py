"""Instructions about the pickle itself: its protocol, frames, memo and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.opcodes import Stop, opcode
from slipway.domain.artifact.pickles.problems import broken, unsafe
from slipway.domain.artifact.pickles.reading import index_line, unsigned

if TYPE_CHECKING:
    from slipway.domain.artifact.pickles.machine import Machine

_HIGHEST_PROTOCOL = 5
_FIRST = 2


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
