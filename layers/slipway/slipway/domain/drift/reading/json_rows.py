"""Bodies in JSON or JSON Lines as one frame.

Bodies of one endpoint nearly always have one shape, so that of the first one is tried on all of
them at once; only what does not have it is looked at one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.reading.columns import NestedValue, frame
from slipway.domain.drift.reading.json_shapes import CONTAINERS, NoRows, Row, rows_of
from slipway.domain.drift.reading.json_text import decode_json, decode_json_lines
from slipway.domain.drift.reading.masking import hidden
from slipway.domain.drift.reading.payloads import UNDECODABLE
from slipway.domain.drift.reading.records import UNREADABLE
from slipway.domain.drift.reading.widths import Fitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars

    from slipway.domain.drift.evidence import Side
    from slipway.domain.drift.reading.noting import Notes
    from slipway.domain.drift.schema import Column

_AT_ONCE = 100


class _OtherShape(Exception):
    """Not all bodies have the shape that was tried."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where rows are: within which keys, and whether their values have names.

    Attributes
    ----------
    container
        The key of the body that holds the rows; None where the body is a row.
    wrapper
        The key of each row that holds its values.
    """

    container: str | None
    wrapper: str | None
    named: bool


def frame_of_json(
    texts: Sequence[str],
    columns: Sequence[Column],
    side: Side,
    notes: Notes,
    mask: frozenset[str] = frozenset(),
) -> polars.DataFrame:
    """Return the rows of the bodies that fit the columns; note the others.

    Parameters
    ----------
    mask
        Keys below which nothing is to be seen, also where no column is called so.
    """
    try:
        return frame(columns, _alike(texts, [column.name for column in columns], mask))
    except (*UNREADABLE, _OtherShape, NestedValue):
        return _one_by_one(texts, columns, side, notes, mask)


def _alike(texts: Sequence[str], names: list[str], mask: frozenset[str]) -> list[list[Any]]:
    """Return columns; a part of the texts at a time, for what JSON becomes fills the caches."""
    columns: list[list[Any]] = [[] for _ in names]
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        for column, values in zip(columns, _part(part, names, mask), strict=True):
            column.extend(values)
    return columns


def _part(texts: Sequence[str], names: list[str], mask: frozenset[str]) -> list[Sequence[Any]]:
    bodies = decode_json_lines("\n".join(texts))
    if len(bodies) < len(texts):
        raise _OtherShape
    try:
        shape = _shape(bodies[0], names)
        if shape.container in mask or shape.wrapper in mask:
            raise _OtherShape
        return _turned(_rows(bodies, shape), names, named=shape.named)
    except (KeyError, TypeError, AttributeError) as error:
        raise _OtherShape from error


def _shape(body: Any, names: list[str]) -> _Shape:
    container = None
    if isinstance(body, dict) and body.keys().isdisjoint(names):
        container = next((key for key in CONTAINERS if key in body), None)
        inner = body.get(container)
        if not isinstance(inner, list) or not inner:
            raise _OtherShape
        body = inner[0]
    if isinstance(body, dict) and body.keys().isdisjoint(names):
        if len(body) != 1:
            raise _OtherShape
        return _Shape(container, next(iter(body)), named=False)
    return _Shape(container, None, named=isinstance(body, dict))


def _rows(bodies: list[Any], shape: _Shape) -> list[Any]:
    key = shape.container
    rows = bodies if key is None else [row for body in bodies for row in body[key]]
    if shape.wrapper is None:
        return rows
    if set(map(len, rows)) != {1}:
        raise _OtherShape
    return [row[shape.wrapper] for row in rows]


def _turned(rows: list[Any], names: list[str], *, named: bool) -> list[Sequence[Any]]:
    """Turn rows into columns."""
    types = set(map(type, rows))
    if len(names) == 1 and types.isdisjoint({list, dict}):
        return [rows]
    if types != {dict if named else list} or set(map(len, rows)) != {len(names)}:
        raise _OtherShape
    if named:
        return [[row[name] for row in rows] for name in names]
    return list(zip(*rows, strict=True))


def _one_by_one(
    texts: Sequence[str],
    columns: Sequence[Column],
    side: Side,
    notes: Notes,
    mask: frozenset[str],
) -> polars.DataFrame:
    fitting = Fitting(columns, side, notes)
    names = frozenset(column.name for column in columns)
    for text in texts:
        try:
            rows = rows_of_text(text, names, len(columns), mask)
        except (*UNREADABLE, NoRows):
            notes.note(UNDECODABLE[side], text)
            continue
        for row in rows:
            fitting.add(row, text)
    return frame(columns, fitting.columns())


def rows_of_text(
    text: str, names: frozenset[str], width: int, mask: frozenset[str] = frozenset()
) -> list[Row]:
    """Return the rows of a body in JSON, or in JSON Lines."""
    try:
        bodies = [decode_json(text)]
    except UNREADABLE:
        bodies = decode_json_lines(text)
    if mask:
        bodies = [hidden(body, mask) for body in bodies]
    return [row for body in bodies for row in rows_of(body, names, width)]
