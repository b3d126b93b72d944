"""Collect what users say turned out to be true."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.drift.files import LATEST, hour_of
from slipway.domain.drift.quality import read_truths
from slipway.domain.naming.monitoring import ground_truth_of
from slipway.errors import FileGone
from slipway.usecases.survey_files import Folder, Surveyor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.drift.record import DriftRecord, Watermark
    from slipway.ports import CaptureFiles, Shelf
    from slipway.usecases.join_truths import Values
    from slipway.usecases.survey_files import Survey

# A line is some 150 bytes; a function holds so many files' truths at once.
MOST_FILES = 2000
# Truths may come before the answers that they are about are captured. What is about no answer, for
# not all are captured, is not waited for any longer.
WAITS = timedelta(days=1)
MOST_WAITING = 200_000


@dataclass(frozen=True, slots=True)
class Collected:
    """What is said to be true.

    Parameters
    ----------
    since : mapping
        When each truth was first met, ISO 8601 in UTC.
    mark : Watermark
        How far the folder is counted then.
    """

    truths: dict[str, Values]
    since: Mapping[str, str]
    mark: Watermark
    troubles: Mapping[str, int]


class TruthCollector:
    """Reads new files of ground truth, and what waits since before."""

    def __init__(self, files: CaptureFiles, shelf: Shelf) -> None:
        self.files = files
        self.shelf = shelf

    def collect(
        self, record: DriftRecord, index: str, moment: datetime, wait: timedelta
    ) -> Collected:
        """Return all truths that no hour was found for yet.

        Parameters
        ----------
        index : str
            The key under which the list of counted files is written.
        wait : timedelta
            How late truths may come.
        """
        path, stamp = ground_truth_of(record.endpoint), moment.isoformat()
        folder = Folder(path, lambda key: not key.endswith("/"), MOST_FILES, wait + LATEST)
        surveyor = Surveyor(self.files, self.shelf)
        found = surveyor.survey(folder, record.labels, index, moment)
        told = read_truths(self._lines(found))
        waiting = str((record.truths or {}).get("waiting", ""))
        before = dict(self._waiting(waiting)) if waiting else {}
        truths = {each: values for each, (values, _) in before.items()} | dict(told.values)
        since = {each: before[each][1] if each in before else stamp for each in truths}
        return Collected(truths, since, found.mark, told.troubles)

    def keep(self, key: str, left: Collected, moment: datetime) -> str:
        """Write what is waited with; return its key, or nothing if there is nothing."""
        oldest = (moment - WAITS).isoformat()
        kept = [each for each in left.truths if left.since[each] >= oldest][:MOST_WAITING]
        if not kept:
            return ""
        lines = (
            json.dumps([each, list(left.truths[each]), left.since[each]]).encode() + b"\n"
            for each in kept
        )
        self.shelf.put_lines(key, lines)
        return key

    def _lines(self, found: Survey) -> Iterator[bytes]:
        # In the order of their names, which is the order of time where they lie in folders of it.
        for part in sorted(found.parts, key=lambda part: part.key):
            content = b""
            try:
                content = b"".join(self.files.read_part(part.key, part.start, part.end))
            except FileGone:
                continue
            yield from content.splitlines()

    def _waiting(self, key: str) -> Iterator[tuple[str, tuple[Values, str]]]:
        try:
            for line in self.shelf.lines(key):
                each, values, since = json.loads(line)
                yield each, (tuple(values), since)
        except FileGone:
            return


def hours_before(moment: datetime, wait: timedelta, since: str = "") -> Iterator[str]:
    """Give the hours that truths may be about, the latest first.

    Parameters
    ----------
    since : str
        Hours before are another release's, ISO 8601 in UTC; empty if none is.
    """
    first = hour_of(datetime.fromisoformat(since)) if since else ""
    for back in range(int(wait / timedelta(hours=1)) + 1):
        hour = hour_of(moment - timedelta(hours=back))
        if hour < first:
            return
        yield hour
