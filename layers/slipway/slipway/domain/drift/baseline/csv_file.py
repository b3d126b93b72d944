"""A baseline.csv as batches: a header, then rows of exactly so many values."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.reading.batch import Batch
from slipway.domain.drift.reading.blocks import plain_bytes
from slipway.domain.drift.reading.columns import frame
from slipway.domain.drift.reading.csv_rows import frame_of_csv
from slipway.domain.drift.reading.kinds import kind_of
from slipway.domain.drift.reading.masking import presences
from slipway.domain.drift.reading.noting import Notes
from slipway.domain.drift.reading.observing import WIDEST
from slipway.domain.drift.schema import LONGEST_NAME, Column, Kind, is_long
from slipway.domain.drift.troubles import Trouble, Troubles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Source = Callable[[], Iterable[bytes]]
    """Opens a file anew and gives its bytes in pieces: it is read twice, not kept."""

TEXT_BYTES = 8 * 1024 * 1024
_LONGEST_ROW = 64 * 1024 * 1024
_LOOKED_AT = 1000
_NUMBERS = frozenset({Kind.INTEGRAL, Kind.FRACTIONAL})
_TWICE = "Two columns have the same name."
_BOM = b"\xef\xbb\xbf"


def columns_of(source: Source, mask: frozenset[str] = frozenset()) -> tuple[Column, ...]:
    """Return the header's columns, with the kinds of their first values."""
    text = next(_texts(source()), "")
    rows = _rows(text)
    names = next(rows, [])
    _check_header(names, told=not mask)
    first = [row for row, _ in zip(rows, range(_LOOKED_AT), strict=False) if row]
    even = [row for row in first if len(row) == len(names)]
    kinds = map(kind_of, zip(*even, strict=True)) if even else [Kind.UNKNOWN] * len(names)
    masked = (name in mask for name in names)
    return tuple(map(Column, names, kinds, masked))


def batches(source: Source, columns: Sequence[Column]) -> Iterator[Batch]:
    """Give the rows.

    Raises
    ------
    BaselineUnreadable
        If a row has another width than the header.
    """
    notes = Notes()
    for number, text in enumerate(_texts(source())):
        body = text if number else _without_header(text)
        if not body.strip("\r\n"):
            continue
        inputs = presences(frame_of_csv([body], columns, "input", notes), columns)
        _check(notes.take(), len(columns))
        nothing = frame((), ())
        yield Batch(inputs, nothing, inputs.height, inputs.height, "", "", Troubles())


def _check(troubles: Troubles, width: int) -> None:
    uneven = troubles.counts.get(Trouble.WRONG_WIDTH, 0)
    if uneven:
        raise BaselineUnreadable(
            f"The header names {width} columns, but {uneven} rows have more or fewer values."
        )
    if troubles.counts:
        raise BaselineUnreadable("A quoted value does not end, or goes on behind its quotes.")


def _texts(chunks: Iterable[bytes]) -> Iterator[str]:
    """Give whole rows, some megabytes at a time; a quoted value may hold line breaks."""
    notes, rest, first = Notes(), b"", True
    for chunk in plain_bytes(chunks, notes):
        rest += chunk
        if len(rest) < TEXT_BYTES:
            continue
        end = _end_of_rows(rest)
        if not end and len(rest) > _LONGEST_ROW:
            raise BaselineUnreadable("A row is longer than 64 MiB: a quoted value does not end.")
        if end:
            yield _decoded(rest[:end], first=first)
            rest, first = rest[end:], False
    if notes.take().counts:
        raise BaselineUnreadable("The gzipped file ends too early or is damaged.")
    if rest:
        yield _decoded(rest, first=first)


def _end_of_rows(content: bytes) -> int:
    """Return where the last line ends that has as many quotes before it as go in pairs."""
    end = len(content)
    quotes = content.count(b'"')
    while end := content.rfind(b"\n", 0, end) + 1:
        quotes -= content.count(b'"', end)
        if quotes % 2 == 0:
            return end
        content, end = content[:end], end - 1
    return 0


def _decoded(content: bytes, *, first: bool) -> str:
    try:
        return (content.removeprefix(_BOM) if first else content).decode()
    except UnicodeDecodeError as error:
        raise BaselineUnreadable("The file is not UTF-8 text: save it as UTF-8.") from error


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise BaselineUnreadable(f"The file is no CSV: {error}.") from error


def _without_header(text: str) -> str:
    stream = io.StringIO(text, newline="")
    next(csv.reader(stream), None)
    return stream.read()


def _check_header(names: list[str], *, told: bool) -> None:
    """Refuse a first line that names no columns.

    Parameters
    ----------
    told
        Whether a name may be told: without a header it is a value.
    """
    if not names:
        raise BaselineUnreadable("The file is empty; its first line has to name the columns.")
    if len(names) > WIDEST:
        raise BaselineUnreadable(f"{len(names)} columns are more than the {WIDEST} that can be.")
    if "" in names:
        raise BaselineUnreadable(
            f"Column {names.index('') + 1} has no name; write the file without an index."
        )
    if any(map(is_long, names)):
        place = next(place for place, name in enumerate(names, 1) if is_long(name))
        raise BaselineUnreadable(
            f"The name of column {place} is longer than {LONGEST_NAME} bytes; shorten it."
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BaselineUnreadable(f"Two columns have the name {twice!r}." if told else _TWICE)
    if all(kind_of([name]) in _NUMBERS for name in names):
        raise BaselineUnreadable(
            "The first line holds numbers; it has to name the columns, as a header."
        )
