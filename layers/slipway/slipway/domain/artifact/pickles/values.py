"""What a walked pickle is made of: stand-ins that know only what a later check needs.

Numbers, short text and short bytes stand for themselves. Everything else is one of these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias


class Mark(Enum):
    """Opens a group on the stack, and fills gaps of the memo."""

    MARK = auto()


class Kind(Enum):
    """What an allowed name may be used for."""

    CLASS = auto()
    """Made without arguments, given a state, or kept as a value."""

    EXTENSION = auto()
    """A compiled class, which is made by calling it with numbers and arrays."""

    CONSTRUCTOR = auto()
    """A function that only ever rebuilds data; called by the pickle, never kept in the model."""

    VALUE = auto()
    """Kept in the model as a parameter; never called by the pickle."""

    ARRAY = auto()
    """A kind of numpy array that opens what it is called with: only named where an array is
    rebuilt, never kept in the model."""

    RECORD = auto()
    """A named tuple; made with its items."""

    CALLER_CLASS = auto()
    """Allowed by the user; as CLASS, and may be made with arguments."""


UNKEPT = frozenset({Kind.CONSTRUCTOR, Kind.ARRAY})
"""What a pickle may name and use, and a model never keeps."""


@dataclass(frozen=True, slots=True)
class Name:
    """An allowed global. It is never imported."""

    module: str
    name: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(slots=True)
class Text:
    """Text that was too long, or too much, to keep."""


@dataclass(slots=True)
class Blob:
    """Bytes that were passed over; the size is None where only numpy will know it."""

    size: int | None


@dataclass(slots=True)
class Tuple:
    """A tuple; `items` is None when it was too long to keep."""

    items: tuple[Value, ...] | None
    depth: int
    has_unkept: bool


@dataclass(slots=True)
class Sequence:
    """A list or a set; what is in it was checked and let go."""

    length: int = 0
    is_set: bool = False


@dataclass(slots=True)
class Mapping:
    """A dictionary: the first entries whose keys are short text, and what matters of the rest.

    Parameters
    ----------
    entries
        Entries by key, the last one winning as in a real dictionary.
    complete
        Whether `entries` is all there is.
    has_dunder
        Whether a key such as `__setstate__` occurred, which would change how Python treats an
        object with this state.
    frozen
        Whether something was judged by these entries, so that they may not change any more.
    kept
        Whether the model could come to this dictionary later, and call what is in it.
    describes_array
        Whether it names a kind of array that may not be kept; then it may not be either.
    """

    entries: dict[str, Value] = field(default_factory=dict)
    complete: bool = True
    has_dunder: bool = False
    frozen: bool = False
    kept: bool = False
    describes_array: bool = False


@dataclass(slots=True)
class Instance:
    """An object of an allowed class.

    Parameters
    ----------
    cls
        The class.
    compiled
        Whether compiled code takes its state, which then need not be a dictionary.
    built
        Whether it got the state that it may get only once.
    """

    cls: Name
    compiled: bool = False
    built: bool = False


@dataclass(slots=True)
class DType:
    """A numpy dtype. `size` is the bytes of one item."""

    code: str
    size: int
    built: bool = False

    @property
    def is_object(self) -> bool:
        """Whether the items are Python objects."""
        return self.code == "O"


@dataclass(slots=True)
class Array:
    """A numpy array that a state will fill."""

    built: bool = False


@dataclass(slots=True)
class Rebuilt:
    """Some other plain data that a constructor gives, such as a number or a random state."""

    what: str


Value: TypeAlias = (
    int
    | float
    | str
    | bytes
    | None
    | Mark
    | Name
    | Text
    | Blob
    | Tuple
    | Sequence
    | Mapping
    | Instance
    | DType
    | Array
    | Rebuilt
)
