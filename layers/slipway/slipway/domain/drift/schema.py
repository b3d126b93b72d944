"""What the columns of a baseline are, in Model Monitor's words, and their order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    """A column of the baseline."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Schema:
    """What a request holds and what an answer holds, each in the baseline's order."""

    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
