"""What a test of a distribution is, and how to find it by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.domain.drift.evidence import Binned, Categories
from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.domain.drift.evidence import Comparison


class UnknownTest(DomainError):
    """A test of a name that Slipway does not know."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test found.

    Attributes
    ----------
    distance
        How different the two distributions are; 0 if they are equal.
    p_value
        How probable such a difference is if both come from one distribution.
    """

    distance: float
    p_value: float


NOTHING = Outcome(0.0, 1.0)


class Method(Protocol):
    """Compares numbers or words, or both."""

    def __call__(self, comparison: Comparison) -> Outcome:
        """Return the distance of what the comparison holds, and its significance."""
        ...


@dataclass(frozen=True, slots=True)
class StatTest:
    """A way to compare two distributions.

    Attributes
    ----------
    threshold
        The distance above which it says drift, if nobody sets another one.
    source
        Where the formula and the threshold come from.
    numeric, categorical
        What it can compare.
    highest
        The largest distance that there can be; None if there is none.
    """

    name: str
    threshold: float
    source: str
    method: Method
    numeric: bool = True
    categorical: bool = True
    highest: float | None = 1.0

    def fits(self, values: Binned | Categories) -> bool:
        """Return whether the test can compare such values."""
        return self.numeric if isinstance(values, Binned) else self.categorical


_TESTS: dict[str, StatTest] = {}


def stat_test(  # noqa: PLR0913 - what is told about a test, all by keyword
    *,
    name: str,
    threshold: float,
    source: str,
    numeric: bool = True,
    categorical: bool = True,
    highest: float | None = 1.0,
) -> Callable[[Method], Method]:
    """Register a function as the test of this name."""

    def register(method: Method) -> Method:
        _TESTS[name] = StatTest(name, threshold, source, method, numeric, categorical, highest)
        return method

    return register


def find_test(name: str) -> StatTest:
    """Return a test.

    Raises
    ------
    UnknownTest
        There is none of this name.
    """
    if name not in _TESTS:
        raise UnknownTest(f"There is no drift test `{name}`; write one of {', '.join(_TESTS)}.")
    return _TESTS[name]


def all_tests() -> tuple[StatTest, ...]:
    """Return every test, by name."""
    return tuple(_TESTS[name] for name in sorted(_TESTS))
