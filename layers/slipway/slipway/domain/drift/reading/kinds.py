"""What kind of values a column holds, by Model Monitor's rules.

Whole numbers make it Integral; numbers with a point or an exponent Fractional, "1.0" too; anything
else String. Missing values say nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

_INTEGRAL = re.compile(r"\s*[-+]?\d+\s*")
# As many as the checks of values tolerate.
_ODD = 0.01
_ORDER = (Kind.UNKNOWN, Kind.INTEGRAL, Kind.FRACTIONAL, Kind.STRING)


def kind_of(values: Iterable[Any]) -> Kind:
    """Return the narrowest kind that all values have."""
    return max(map(_kind, values), key=_ORDER.index, default=Kind.UNKNOWN)


def usual_kind(values: Iterable[Any]) -> Kind:
    """Return the narrowest kind that nearly all values have: what is odd does not make a column."""
    counts = Counter(map(_kind, values))
    room = _ODD * (counts.total() - counts[Kind.UNKNOWN])
    for kind in reversed(_ORDER):
        if counts[kind] > room:
            return kind
        room -= counts[kind]
    return Kind.UNKNOWN


def _kind(value: Any) -> Kind:
    if value is None or value == "":
        return Kind.UNKNOWN
    if isinstance(value, bool | int):
        return Kind.INTEGRAL
    if isinstance(value, float):
        return Kind.FRACTIONAL
    return _kind_of_text(value) if isinstance(value, str) else Kind.STRING


def _kind_of_text(text: str) -> Kind:
    if _INTEGRAL.fullmatch(text):
        return Kind.INTEGRAL
    try:
        float(text.replace("_", "x"))
    except ValueError:
        return Kind.STRING
    return Kind.FRACTIONAL
