"""What the first records of a file look like, before it is known what they should look like."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from slipway.domain.drift.reading.blocks import blocks
from slipway.domain.drift.reading.json_rows import rows_of_text
from slipway.domain.drift.reading.json_shapes import NoRows
from slipway.domain.drift.reading.kinds import usual_kind
from slipway.domain.drift.reading.noting import Notes
from slipway.domain.drift.reading.payloads import Bodies
from slipway.domain.drift.reading.records import UNREADABLE, decode_any
from slipway.domain.drift.schema import Column, Kind, Schema, is_long
from slipway.domain.drift.times import is_before
from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from slipway.domain.drift.reading.json_shapes import Row
    from slipway.domain.drift.reading.records import Record

_File = TypeVar("_File")
LOOKED_AT = 1000
# So many files are looked at until there are enough requests of users.
LARGEST = 200
# What has more values is a picture or a text in numbers, of which no single one means anything.
WIDEST = 2000


@dataclass(frozen=True, slots=True)
class Layout:
    """The form that most rows of one side have.

    Attributes
    ----------
    names
        None where values have places and no names.
    """

    kinds: tuple[Kind, ...] = ()
    names: tuple[str, ...] | None = None

    @property
    def width(self) -> int:
        """How many values a row has."""
        return len(self.kinds)

    def columns(self, called: str) -> tuple[Column, ...]:
        """Return the columns; nameless ones are called so, and numbered if there are several."""
        numbered = [called] if self.width == 1 else [f"{called}{i}" for i in range(self.width)]
        names = numbered if self.names is None else self.names
        return tuple(map(Column, names, self.kinds))


@dataclass(frozen=True, slots=True)
class Layouts:
    """What is asked and what is answered.

    Attributes
    ----------
    records
        Lines that were looked at, the bad ones too, without Slipway's own calls.
    troubles
        Why requests among them show no columns, by reason.
    """

    inputs: Layout
    outputs: Layout
    records: int = field(default=0, compare=False)
    troubles: Mapping[str, int] = field(default_factory=dict, compare=False)

    def schema(self) -> Schema:
        """Return a schema for captures of which nothing else is known."""
        return Schema(self.inputs.columns("_c"), self.outputs.columns("prediction"))


def observe(chunks: Iterable[bytes]) -> Layouts:
    """Return how the first records of a file look; empty layouts if there are none."""
    return _observe([chunks])


def observe_largest(
    files: Iterable[_File],
    size: Callable[[_File], int],
    read: Callable[[_File], Iterable[bytes]],
    since: str = "",
) -> Layouts:
    """Return how the first records of the largest files look: an odd call makes a small file.

    Parameters
    ----------
    since
        What was asked before this moment is left out: as `moment_of` spells it, or empty.
    """
    return _observe(map(read, nlargest(LARGEST, files, key=size)), since)


def _observe(files: Iterable[Iterable[bytes]], since: str = "") -> Layouts:
    """Return how the first records of files look, which are read until there are enough."""
    requests: list[Row] = []
    answers: list[Row] = []
    notes, looked = Notes(), 0
    every = chain.from_iterable(_users_records(chunks, since, notes) for chunks in files)
    for record in islice(every, LOOKED_AT):
        requests += _rows("input", record, notes)
        answers += _rows("output", record, Notes())
        looked += 1
    bad = notes.take().counts
    looked += sum(bad.get(each, 0) for each in (Trouble.MALFORMED, Trouble.HALF_WRITTEN))
    return Layouts(_layout(requests), _layout(answers), looked, bad)


def _users_records(chunks: Iterable[bytes], since: str, notes: Notes) -> Iterator[Record]:
    for block in blocks(chunks, notes):
        for record in decode_any(block, notes):
            if not record.is_own and not is_before(record.eventMetadata.inferenceTime, since):
                yield record


def _rows(side: Any, record: Record, notes: Notes) -> list[Row]:
    captured = record.captureData
    bodies = Bodies(side)
    bodies.add(captured.endpointInput if side == "input" else captured.endpointOutput, notes)
    try:
        every = list(_rows_in(bodies))
    except (*UNREADABLE, NoRows, csv.Error):
        notes.count(Trouble.UNDECODABLE)
        return []
    found = [row for row in every if row and len(row) <= WIDEST and _names_fit(row)]
    if not found and (bodies.json or bodies.csv):
        notes.count(Trouble.WRONG_WIDTH if any(every) else Trouble.UNDECODABLE)
    return found


def _rows_in(bodies: Bodies) -> Iterator[Row]:
    for text in bodies.json:
        yield from rows_of_text(text, frozenset(), 0)
    for text in bodies.csv:
        yield from filter(None, csv.reader(io.StringIO(text, newline=""), strict=True))


def _names_fit(row: Row) -> bool:
    return not isinstance(row, dict) or not any(map(is_long, row))


def _layout(rows: Sequence[Row]) -> Layout:
    forms = Counter(map(_form, rows))
    if not forms:
        return Layout()
    form = forms.most_common(1)[0][0]
    like = [row for row in rows if _form(row) == form]
    values = [list(row.values()) if isinstance(row, dict) else row for row in like]
    kinds = tuple(map(usual_kind, zip(*values, strict=True)))
    return Layout(kinds, form if isinstance(form, tuple) else None)


def _form(row: Row) -> tuple[str, ...] | int:
    return tuple(row) if isinstance(row, dict) else len(row)
