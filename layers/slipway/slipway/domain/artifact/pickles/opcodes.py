"""The table of instructions; what nobody enters is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from slipway.domain.artifact.pickles.problems import ends

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.domain.artifact.pickles.machine import Machine

    Step: TypeAlias = Callable[[Machine], None]

_OPCODES = 256


class Stop(Exception):
    """The pickle came to its end."""


def _unknown(_machine: Machine) -> None:
    ends("it has an instruction that does not exist")


TABLE: list[Step] = [_unknown] * _OPCODES


def opcode(code: bytes) -> Callable[[Step], Step]:
    """Enter a function into the table of instructions."""

    def enter(step: Step) -> Step:
        TABLE[code[0]] = step
        return step

    return enter
