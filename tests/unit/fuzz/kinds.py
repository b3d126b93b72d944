"""What is known of a parser of outside input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy


@dataclass(frozen=True)
class Parser:
    """One parser.

    Attributes
    ----------
    reads
        What it reads, and of whom.
    errors
        The errors that it may raise: named ones of our own.
    """

    name: str
    reads: str
    call: Callable[[Any], Any]
    inputs: SearchStrategy[Any]
    errors: tuple[type[Exception], ...] = ()


@dataclass(frozen=True)
class ProvedElsewhere:
    """A parser that has its own tests of anything.

    Attributes
    ----------
    module
        Path of the tests.
    """

    name: str
    reads: str
    module: str
