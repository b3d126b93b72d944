"""Bodies in CSV as one frame.

A row of another width must never be laid beside the columns. polars refuses rows that have more
values, but fills up those that have fewer with nulls: then the last column has nulls.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from slipway.domain.drift.reading.columns import as_kind, dtypes, frame
from slipway.domain.drift.reading.payloads import ABSENT, BOM, UNDECODABLE
from slipway.domain.drift.reading.widths import Fitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars

    from slipway.domain.drift.evidence import Side
    from slipway.domain.drift.reading.noting import Notes
    from slipway.domain.drift.schema import Column

_BLANK_LINES = re.compile("\n{2,}")


def frame_of_csv(
    texts: Sequence[str], columns: Sequence[Column], side: Side, notes: Notes
) -> polars.DataFrame:
    """Return the rows of the bodies that fit the columns; note the others."""
    if not texts:
        return frame(columns, ())
    if (found := _as_they_are(texts, columns)) is not None:
        return found
    full = [each.removeprefix(BOM) for each in texts if each.strip()]
    notes.count(ABSENT[side], len(texts) - len(full))
    if (found := _without_blank_lines(full, columns)) is not None:
        return found
    return _row_by_row(full, columns, side, notes)


def _as_they_are(texts: Sequence[str], columns: Sequence[Column]) -> polars.DataFrame | None:
    """Read bodies at once; None unless it is certain that every line of them is a row."""
    text = "\n".join(texts)
    if '"' in text or BOM in text or _ends_lines(texts[0]):
        return None
    found = _read(text, columns)
    if found is None or _may_be_narrow(found, text):
        return None
    blank = found.height != len(texts) and ("\n\n" in text or _ends_lines(text))
    return None if blank else found


def _ends_lines(text: str) -> bool:
    return text.endswith("\n")


def _without_blank_lines(
    texts: Sequence[str], columns: Sequence[Column]
) -> polars.DataFrame | None:
    """Read bodies of which some end with a newline and some do not, as in AWS's own samples."""
    text = "\n".join([each.replace("\r\n", "\n").rstrip("\n") for each in texts])
    if '"' in text or not texts:
        return None
    if len(columns) > 1:  # Otherwise a blank line within a body is a missing value.
        text = _BLANK_LINES.sub("\n", text).lstrip("\n")
    found = _read(text, columns)
    return None if found is None or _may_be_narrow(found, text) else found


def _may_be_narrow(found: polars.DataFrame, text: str) -> bool:
    """Say whether rows were filled up: only then is it worth to count commas."""
    commas = found.height * (found.width - 1)
    return found[:, -1].null_count() > 0 and text.count(",") != commas


def _read(text: str, columns: Sequence[Column]) -> polars.DataFrame | None:
    """Read rows without quotes; None if they are not what they seem."""
    import polars

    raw, wanted = text.encode(), dtypes(columns)
    try:
        return polars.read_csv(raw, has_header=False, schema=wanted, quote_char=None)
    except polars.exceptions.PolarsError:
        words = dict.fromkeys(wanted, polars.String())
    try:
        found = polars.read_csv(raw, has_header=False, schema=words, quote_char=None)
    except polars.exceptions.PolarsError:
        return None
    return found.with_columns([as_kind(found[each.name], each.kind) for each in columns])


def _row_by_row(
    texts: Sequence[str], columns: Sequence[Column], side: Side, notes: Notes
) -> polars.DataFrame:
    fitting = Fitting(columns, side, notes)
    for text in texts:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error:
            notes.note(UNDECODABLE[side], text)
            continue
        for row in rows:
            if row or len(columns) == 1:
                fitting.add([value or None for value in row] or [None], text)
    return frame(columns, fitting.columns())
