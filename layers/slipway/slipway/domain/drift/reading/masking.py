"""Takes values away and leaves that they were there: before anything is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.drift.reading.columns import NUMBERS, as_numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import polars

    from slipway.domain.drift.schema import Column, Kind

# What stands for a value that nobody is to see.
_THERE = "*"
# What a column of numbers takes for none, and one of words for a word.
_NONE = frozenset({"", "nan", "+nan", "-nan"})


def presences(frame: polars.DataFrame, columns: Sequence[Column]) -> polars.DataFrame:
    """Return a frame whose masked columns say true where there is a value, null where none is."""
    masked = [each for each in columns if each.masked]
    if not masked:
        return frame
    return frame.with_columns([_presence(frame[each.name], each.kind) for each in masked])


def _presence(column: polars.Series, kind: Kind) -> polars.Series:
    import polars

    there = column.is_not_null()
    if column.dtype == polars.String:
        there &= (column.str.strip_chars() if kind in NUMBERS else column) != ""
    if kind in NUMBERS:
        there &= ~as_numbers(column)[0].is_nan().fill_null(value=False)
    return there.fill_null(value=False).replace_strict(
        {True: True, False: None}, return_dtype=polars.Boolean
    )


def hidden(body: Any, names: Collection[str]) -> Any:
    """Return JSON in which nothing below these keys can be seen, however deep they stand.

    Lists keep their length, for they may be columns; what is missing stays missing.
    """
    if isinstance(body, dict):
        return {
            key: _covered(value) if key in names else hidden(value, names)
            for key, value in body.items()
        }
    return [hidden(each, names) for each in body] if isinstance(body, list) else body


def _covered(value: Any) -> Any:
    if isinstance(value, list):
        return [_covered(each) for each in value]
    missing = value is None or (isinstance(value, str) and value.strip().lower() in _NONE)
    return value if missing else _THERE
