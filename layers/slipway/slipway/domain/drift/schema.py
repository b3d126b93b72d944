"""What the columns of a baseline are, in Model Monitor's words, and their order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Collection

# In bytes: ledger, metrics and events hold names, and none of them has room for any length.
LONGEST_NAME = 255


def is_long(name: str) -> bool:
    """Say whether a name is longer than that of a column may be."""
    return len(name.encode(errors="replace")) > LONGEST_NAME


class Kind(StrEnum):
    """What a column holds, as Model Monitor infers it."""

    INTEGRAL = "Integral"
    FRACTIONAL = "Fractional"
    STRING = "String"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the baseline.

    Attributes
    ----------
    masked
        Nobody is to see its values: only whether there is one is counted.
    """

    name: str
    kind: Kind
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """What a request holds and what an answer holds, each in the baseline's order.

    Attributes
    ----------
    mask
        Names whose values nobody is to see, wherever in a request or an answer they stand.
    """

    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    mask: frozenset[str] = frozenset()

    def masking(self, mask: Collection[str], label: str = "") -> Self:
        """Return the schema in which columns of these names are masked, on both sides.

        What a model answers stands for the label: with it, all of it is masked.
        """
        names = self.mask | frozenset(mask)
        every = bool(label) and label in names
        return replace(
            self,
            inputs=tuple(replace(c, masked=c.masked or c.name in names) for c in self.inputs),
            outputs=tuple(
                replace(c, masked=c.masked or every or c.name in names) for c in self.outputs
            ),
            mask=names,
        )
