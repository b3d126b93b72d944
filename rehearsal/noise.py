"""Chance, the same for every policy: what happens in a second does not depend on who looks."""

from __future__ import annotations

from array import array
from random import Random

_SIZE = 1 << 16
_MASK = _SIZE - 1
# Odd, so that the seconds of a day begin at different places of the table.
_STRIDE = 40503


class Noise:
    """Normally distributed numbers by second, instance and part of the second.

    Example
    -------
    >>> Noise(7).table == Noise(7).table
    True
    """

    mask = _MASK

    def __init__(self, seed: int) -> None:
        source = Random(f"{seed}/noise")
        self.table = array("d", (source.gauss(0.0, 1.0) for _ in range(_SIZE)))

    @staticmethod
    def place(second: int) -> int:
        """Return where in the table a second begins."""
        return second * _STRIDE & _MASK
