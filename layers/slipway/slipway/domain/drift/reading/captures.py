"""Reads capture files, in pieces of bounded size."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from slipway.domain.drift.reading.batch import Batch
from slipway.domain.drift.reading.blocks import blocks
from slipway.domain.drift.reading.csv_rows import frame_of_csv
from slipway.domain.drift.reading.json_rows import frame_of_json
from slipway.domain.drift.reading.masking import presences
from slipway.domain.drift.reading.noting import Notes
from slipway.domain.drift.reading.payloads import Bodies
from slipway.domain.drift.reading.records import Decoder
from slipway.domain.drift.times import moments
from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import polars

    from slipway.domain.drift.reading.records import Form, Record
    from slipway.domain.drift.schema import Column, Schema

# So many bytes of lines become one batch: enough for columns to be long, little enough for memory.
BATCH_BYTES = 16 * 1024 * 1024


def read_captures(chunks: Iterable[bytes], schema: Schema, since: str = "") -> Iterator[Batch]:
    """Read one capture file.

    Parameters
    ----------
    chunks
        The file's bytes in pieces of any size, gzipped or not.
    since
        What was asked before this moment is left out: as :func:`moment_of` spells it, or empty.
    """
    notes = Notes(keeps=not schema.mask)
    decoder, gathering, size = Decoder(notes), _Gathering(schema, notes, since), 0
    for block in blocks(chunks, notes):
        gathering.add(*decoder.decode(block))
        size += len(block)
        if size >= BATCH_BYTES:
            yield gathering.batch()
            size = 0
    yield gathering.batch()


class _Gathering:
    """Records until there are enough of them for a batch."""

    def __init__(self, schema: Schema, notes: Notes, since: str) -> None:
        self._schema = schema
        self._since = since
        self._notes = notes
        self._begin()

    def _begin(self) -> None:
        self._requests, self._answers = Bodies("input"), Bodies("output")
        self._records = 0
        self._times: Counter[str] = Counter()

    def add(self, records: list[Record], form: Form | None) -> None:
        """Take records; `form` says what all of them have in common."""
        users = records
        if form is None or form.named:
            users = [each for each in records if not each.is_own]
            self._notes.count(Trouble.SYNTHETIC, len(records) - len(users))
        if self._since:
            users = self._in_time(users)
        self._records += len(users)
        self._times.update([each.eventMetadata.inferenceTime for each in users])
        if form is None:
            self._add_any(users)
        else:
            self._add_alike(users, form)

    def _in_time(self, records: list[Record]) -> list[Record]:
        """Return what was not asked before; what has no time is not known to be older."""
        found = moments(each.eventMetadata.inferenceTime for each in records)
        old = {time for time, moment in found.items() if moment and moment < self._since}
        return [each for each in records if each.eventMetadata.inferenceTime not in old]

    def _add_any(self, records: list[Record]) -> None:
        for record in records:
            self._requests.add(record.captureData.endpointInput, self._notes)
            if self._schema.outputs:
                self._answers.add(record.captureData.endpointOutput, self._notes)

    def _add_alike(self, records: list[Record], form: Form) -> None:
        bodies = [each.captureData.endpointInput.data for each in records]  # type: ignore[union-attr]  # The form says that it is there.
        self._requests.extend(bodies, form.request, self._notes)
        if self._schema.outputs:
            bodies = [each.captureData.endpointOutput.data for each in records]  # type: ignore[union-attr]  # As above.
            self._answers.extend(bodies, form.answer, self._notes)

    def batch(self) -> Batch:
        """Return everything so far as columns, and begin anew."""
        inputs = self._frame(self._requests, self._schema.inputs)
        outputs = self._frame(self._answers, self._schema.outputs)
        first, last = self._times_told()
        bad = self._notes.take()
        lost = sum(bad.counts.get(each, 0) for each in (Trouble.MALFORMED, Trouble.HALF_WRITTEN))
        records = self._records + lost
        self._begin()
        return Batch(inputs, outputs, records, inputs.height, first, last, bad)

    def _times_told(self) -> tuple[str, str]:
        """Return the first and the last moment; what is no time is counted."""
        found = moments(self._times)
        bad = sum(self._times[time] for time, moment in found.items() if time and not moment)
        if bad:
            self._notes.count(Trouble.BAD_TIME, bad)
        known = [each for each in found.values() if each]
        return (min(known), max(known)) if known else ("", "")

    def _frame(self, bodies: Bodies, columns: Sequence[Column]) -> polars.DataFrame:
        by_place = frame_of_csv(bodies.csv, columns, bodies.side, self._notes)
        by_place = presences(by_place, columns)
        if not bodies.json:
            return by_place
        mask = self._schema.mask
        by_json = frame_of_json(bodies.json, columns, bodies.side, self._notes, mask)
        by_json = presences(by_json, columns)
        return _stacked(by_place, by_json) if bodies.csv else by_json


def _stacked(one: polars.DataFrame, other: polars.DataFrame) -> polars.DataFrame:
    """Put frames below each other; a column that is words in one of them is words in both."""
    import polars

    words = [name for name in one.columns if one[name].dtype != other[name].dtype]
    spelt = [polars.col(name).cast(polars.String) for name in words]
    return polars.concat([one.with_columns(spelt), other.with_columns(spelt)])
