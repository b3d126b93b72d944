"""Columns of a frame: numbers where a column holds nothing else, otherwise words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.drift.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars

    from slipway.domain.drift.schema import Column


class NestedValue(Exception):
    """A list or an object where one value is expected."""


NUMBERS = frozenset({Kind.INTEGRAL, Kind.FRACTIONAL})


def dtypes(columns: Iterable[Column]) -> dict[str, polars.DataType]:
    """Return what polars is to read each column as."""
    import polars

    return {
        each.name: polars.Float64() if each.kind in NUMBERS else polars.String() for each in columns
    }


def frame(columns: Sequence[Column], values: Iterable[Sequence[Any]]) -> polars.DataFrame:
    """Return a frame of columns of plain values, or an empty one without any.

    Raises
    ------
    NestedValue
        If a value is a list or an object.
    """
    import polars

    series = [_series(column, each) for column, each in zip(columns, values, strict=False)]
    return polars.DataFrame(series) if series else polars.DataFrame(schema=dtypes(columns))


def _series(column: Column, values: Sequence[Any]) -> polars.Series:
    import polars

    dtype = polars.Float64 if column.kind in NUMBERS else polars.String
    try:
        return polars.Series(column.name, values, dtype=dtype)
    except (TypeError, OverflowError):
        words = polars.Series(column.name, [_word(each) for each in values], dtype=polars.String)
        return as_kind(words, column.kind)


def as_kind(words: polars.Series, kind: Kind) -> polars.Series:
    """Return words as the numbers that they spell; as they are if one of them spells none."""
    if kind not in NUMBERS:
        return words
    numbers, other = as_numbers(words)
    return words if other else numbers


def as_numbers(column: polars.Series) -> tuple[polars.Series, int]:
    """Return a column's numbers, null where it has none, and how many other things it holds."""
    import polars

    if column.dtype != polars.String:
        return column, 0
    stripped = column.str.strip_chars()
    numbers = stripped.cast(polars.Float64, strict=False)
    absent = column.null_count() + int((stripped == "").sum())
    return numbers, numbers.null_count() - absent


def _word(value: object) -> str | None:
    """Spell a JSON value, so that words and numbers can stand in one column."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    raise NestedValue
