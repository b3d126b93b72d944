"""Collect what users say turned out to be true, a bounded part at a time."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.files import LATEST
from slipway.domain.drift.ids import hashes_of, together
from slipway.domain.drift.quality import read_truths
from slipway.domain.drift.reading.blocks import blocks
from slipway.domain.drift.reading.noting import Notes
from slipway.domain.naming.monitoring import ground_truth_of
from slipway.errors import FileGone
from slipway.usecases.survey_files import Folder, Surveyor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from slipway.domain.drift.files import Part
    from slipway.domain.drift.ids.index import Hashes
    from slipway.domain.drift.record import DriftRecord, Watermark
    from slipway.ports import CaptureFiles, Shelf

Values = tuple[Any, ...]

# What is left over is read by the next run: a line is some 150 bytes, and each is read twice.
MOST_FILES, MOST_BYTES = 2000, 1_500_000_000
_AT_ONCE = 20_000
FILE_GONE = "file_gone"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said to be true of a request.

    Parameters
    ----------
    since : str
        When that was met first, ISO 8601 in UTC.
    rounds : int
        How often all answers had been looked through by then.
    """

    id: str
    values: Values
    since: str
    rounds: int


@dataclass(frozen=True, slots=True)
class Truths:
    """All truths that no answer was found for yet; they may be gone through as often as wanted.

    Parameters
    ----------
    waiting : str
        The key of those of earlier runs; empty without any.
    parts : sequence of Part
        New files of others.
    mark : Watermark
        How far the folder is counted then.
    troubles : Counter
        Lines that could not be used, and files, of the last time that all were gone through.
    """

    waiting: str
    parts: Sequence[Part]
    mark: Watermark
    since: str
    rounds: int
    files: CaptureFiles
    shelf: Shelf
    troubles: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Sequence[Told]]:
        """Give them some at a time, in the order in which they were told."""
        self.troubles.clear()
        yield from _some(self._waiting())
        # In the order of their names, which is the order of time where they lie in folders of it.
        for part in sorted(self.parts, key=lambda part: part.key):
            yield from self._part(part)

    def hashes(self) -> Hashes:
        """Return the hashes of all ids, sorted, each once."""
        return together([hashes_of(each.id for each in some) for some in self])

    def _part(self, part: Part) -> Iterator[Sequence[Told]]:
        notes = Notes()
        try:
            for block in blocks(self.files.read_part(part.key, part.start, part.end), notes):
                found = read_truths(block.splitlines())
                self.troubles.update(found.troubles)
                yield [
                    Told(each, values, self.since, self.rounds)
                    for each, values in found.values.items()
                ]
        except FileGone:
            # What expired since it was listed is nobody's loss that could be helped.
            self.troubles[FILE_GONE] += 1
        self.troubles.update(notes.take().counts)

    def _waiting(self) -> Iterator[Told]:
        try:
            for line in self.shelf.lines(self.waiting) if self.waiting else ():
                each, values, since, rounds = json.loads(line)
                yield Told(each, tuple(values), since, rounds)
        except FileGone:
            self.troubles[FILE_GONE] += 1


def waiting_line(told: Told) -> bytes:
    """Return a line of the file of what waits."""
    return json.dumps([told.id, list(told.values), told.since, told.rounds]).encode() + b"\n"


def collect_truths(  # noqa: PLR0913 - where they lie, and how far they are known
    record: DriftRecord,
    index: str,
    moment: datetime,
    wait: timedelta,
    *,
    rounds: int,
    files: CaptureFiles,
    shelf: Shelf,
) -> Truths:
    """Return all truths that no answer was found for yet.

    Parameters
    ----------
    index : str
        The key under which the list of counted files is written.
    wait : timedelta
        How late truths may come.
    """
    path = ground_truth_of(record.endpoint)
    folder = Folder(path, _is_file, MOST_FILES, wait + LATEST, MOST_BYTES)
    found = Surveyor(files, shelf).survey(folder, record.labels, index, moment)
    before: Mapping[str, Any] = record.truths or {}
    return Truths(
        waiting=str(before.get("waiting", "")),
        parts=found.parts,
        mark=found.mark,
        since=moment.isoformat(),
        rounds=rounds,
        files=files,
        shelf=shelf,
    )


def _is_file(key: str) -> bool:
    return not key.endswith("/")


def _some(every: Iterator[Told]) -> Iterator[list[Told]]:
    while some := list(islice(every, _AT_ONCE)):
        yield some
