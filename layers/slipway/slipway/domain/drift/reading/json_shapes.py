"""Finds the rows in a JSON body, in whichever of the common shapes they come.

`[1, 2]` · `[[1, 2], [3, 4]]` · `{"instances": [...]}` · `{"instances": [{"features": [1, 2]}]}` ·
`[{"age": 1, "plan": "a"}]` · `{"age": [1, 3], "plan": ["a", "b"]}` · pandas' split shape. A row is
a list where values have places and a dict where they have names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = list[Any] | dict[str, Any]
# What servers put around rows: TensorFlow Serving, MLflow, SageMaker's own algorithms, KServe.
CONTAINERS = (
    "instances",
    "predictions",
    "dataframe_split",
    "dataframe_records",
    "inputs",
    "outputs",
    "data",
    "rows",
    "records",
)
_DEEPEST = 8


class NoRows(Exception):
    """JSON in which no rows can be seen."""


def rows_of(body: Any, names: frozenset[str], width: int, depth: int = 0) -> list[Row]:
    """Return the rows of a body.

    Parameters
    ----------
    names
        Of the columns; a key among them is a column and no wrapping.
    width
        How many columns there are; 0 if that is not known.
    """
    if depth > _DEEPEST:
        raise NoRows("nested too deeply")
    if isinstance(body, dict):
        return _rows_of_object(body, names, width, depth)
    if isinstance(body, list):
        return _rows_of_list(body, names, width)
    return [[body]]


def _rows_of_object(
    body: dict[str, Any], names: frozenset[str], width: int, depth: int
) -> list[Row]:
    if not names.isdisjoint(body):
        return _columnar(body) if all(isinstance(v, list) for v in body.values()) else [body]
    if isinstance(body.get("columns"), list) and isinstance(body.get("data"), list):
        return _split(body["columns"], body["data"])
    for container in CONTAINERS:
        if container in body:
            return rows_of(body[container], names, width, depth + 1)
    if len(body) == 1:
        (inner,) = body.values()
        if isinstance(inner, list | dict):
            return rows_of(inner, names, width, depth + 1)
    return [_row(body, names)]


def _rows_of_list(body: list[Any], names: frozenset[str], width: int) -> list[Row]:
    if any(isinstance(each, list | dict) for each in body):
        return [_row(each, names) for each in body]
    one_each = width == 1 or (not width and all(isinstance(each, str) for each in body))
    if one_each:
        return [[each] for each in body]
    return [body] if body else []


def _columnar(body: dict[str, list[Any]]) -> list[Row]:
    if len({len(values) for values in body.values()}) != 1:
        raise NoRows("columns of different lengths")
    return [dict(zip(body, row, strict=True)) for row in zip(*body.values(), strict=True)]


def _split(columns: list[Any], data: list[Any]) -> list[Row]:
    if not all(isinstance(row, list) and len(row) == len(columns) for row in data):
        raise NoRows("rows that do not fit their own columns")
    return [dict(zip(map(str, columns), row, strict=True)) for row in data]


def _row(each: Any, names: frozenset[str]) -> Row:
    """Return one row: by name if its keys say so, otherwise all values that are in it, in order."""
    if isinstance(each, dict):
        nested = any(isinstance(value, list | dict) for value in each.values())
        if not names.isdisjoint(each) or not nested:
            return each
    return list(_values(each, 0))


def _values(each: Any, depth: int) -> Iterator[Any]:
    if depth > _DEEPEST:
        raise NoRows("nested too deeply")
    if isinstance(each, dict):
        each = list(each.values())
    if not isinstance(each, list):
        yield each
        return
    for inner in each:
        yield from _values(inner, depth + 1)
