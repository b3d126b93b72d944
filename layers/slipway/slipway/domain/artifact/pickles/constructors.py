"""The few functions that pickles of fitted models call: the table, and how it is filled.

None of them is imported. An entry says what the call would give, or refuses the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from slipway.domain.artifact.pickles.problems import unsafe
from slipway.domain.artifact.pickles.values import Blob, Name, Tuple, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    Constructor: TypeAlias = Callable[[Tuple, Name], Value]

TABLE: dict[tuple[str, str], Constructor] = {}


def constructor(*names: str) -> Callable[[Constructor], Constructor]:
    """Enter a judgement for functions given as `module:name`."""

    def enter(judge: Constructor) -> Constructor:
        for each in names:
            module, _, name = each.partition(":")
            TABLE[(module, name)] = judge
        return judge

    return enter


def unusual(function: Name) -> Value:
    """Refuse a call that no pickler writes."""
    unsafe(f"it calls {function} with unusual arguments")


def fits(data: Value, size: int) -> bool:
    """Say whether these are as many bytes."""
    if isinstance(data, Blob):
        return data.size in (None, size)
    return isinstance(data, bytes) and len(data) == size
