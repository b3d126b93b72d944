"""Which captures nobody has counted yet, as work for many hands."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.files import (
    MOST_FILES,
    CountedFile,
    batches,
    first_key,
    is_capture,
    sift,
)
from slipway.domain.naming.monitoring import captures_of, run_folder
from slipway.errors import FileGone
from slipway.usecases.drift_run import hold_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slipway.domain.drift.files import Part, Sifted
    from slipway.domain.drift.record import Watermark
    from slipway.ports import CaptureFiles, DriftBook, Shelf
    from slipway.usecases.drift_run import RunRef

PLAN, INDEX = "plan.jsonl", "planned.jsonl"
# So many folders of hours are named, two days.
MOST_PLACES = 48


@dataclass(frozen=True, slots=True)
class Planned:
    """What there is to read.

    Parameters
    ----------
    plan : str
        The key of the list of batches, a JSON object in a line.
    index : str
        The key of the list of all files that are counted then.
    until, first_key : str
        How far captures are counted once all of this has been read.
    left : int
        Files that the next run reads: there are too many for one.
    places : tuple of str
        S3 URIs of the folders that they lie in, or of the one above if they are too many.
    """

    plan: str
    index: str
    until: str
    first_key: str
    batches: int
    files: int
    bytes: int
    left: int = 0
    places: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return {**asdict(self), "places": list(self.places)}


def plan_drift(ref: RunRef, *, ledger: DriftBook, files: CaptureFiles, shelf: Shelf) -> Planned:
    """Write the list of what is to be read; may be repeated until somebody reads it.

    The moment that the run began is what counts: what is younger is left to the next one.
    """
    record, run = hold_run(ref, ledger)
    mark, began = record.watermark, datetime.fromisoformat(run.since)
    folder, work = captures_of(ref.endpoint, record.variant), run_folder(ref.endpoint, ref.run)
    found = files.list_from(folder, mark.first_key if mark else "")
    captures = (each for each in found if is_capture(each.key, folder))
    sieve = _Sieve(_twins(mark, shelf))
    sifted = sift(captures, _counted(mark, shelf), began)
    shelf.put_lines(work + INDEX, sieve.index(sifted))
    lines = [_line(n, batch) for n, batch in enumerate(batches(sieve.parts))]
    shelf.put_lines(work + PLAN, lines)
    return Planned(
        plan=work + PLAN,
        index=work + INDEX,
        until=run.since,
        # What is left over may be older than what still comes.
        first_key=min(first_key(folder, began), sieve.first_left or folder + "~"),
        batches=len(lines),
        files=len(sieve.parts),
        bytes=sum(part.size for part in sieve.parts),
        left=sieve.left,
        places=tuple(map(shelf.uri, _folders(sieve.parts, folder))),
    )


def _folders(parts: Sequence[Part], above: str) -> list[str]:
    found = sorted({part.key.rpartition("/")[0] + "/" for part in parts})
    return found if len(found) <= MOST_PLACES else [above]


def counted_from(lines: Iterable[bytes], first: str) -> Iterator[CountedFile]:
    """Give the counted files of an index, from a key on."""
    return (file for file in map(CountedFile.from_line, lines) if file.key >= first)


def _counted(mark: Watermark | None, shelf: Shelf) -> Iterator[CountedFile]:
    if mark is None:
        return
    try:
        yield from counted_from(shelf.lines(mark.index), mark.first_key)
    except FileGone:
        # Nobody looked for as long as captures are kept: what was counted then has expired as well.
        return


def _twins(mark: Watermark | None, shelf: Shelf) -> Mapping[int, Sequence[str]]:
    """Return the identities of counted files by size: of another size nothing is a copy."""
    found: dict[int, list[str]] = defaultdict(list)
    for file in _counted(mark, shelf):
        if file.identity:
            found[file.size].append(file.identity)
    return found


def _line(number: int, batch: Sequence[Part]) -> bytes:
    files = [part.as_dict() for part in batch]
    return json.dumps({"batch": number, "files": files}, separators=(",", ":")).encode() + b"\n"


class _Sieve:
    """Notes what is to be read while the list of counted files is written."""

    def __init__(self, twins: Mapping[int, Sequence[str]]) -> None:
        self.parts: list[Part] = []
        self.left = 0
        self.first_left = ""
        self._twins = twins

    def index(self, sifted: Iterable[Sifted]) -> Iterator[bytes]:
        """Give a line for each file that is counted once everything has been read."""
        for each in sifted:
            part = each.part
            if part is not None and len(self.parts) >= MOST_FILES:
                self.left += 1
                # The folder: a listing begins after the key that it is told.
                self.first_left = self.first_left or part.key.rpartition("/")[0] + "/"
                continue
            if part is not None:
                # What a file has grown by is no copy of anything.
                twins = () if part.start else tuple(self._twins.get(part.end, ()))
                self.parts.append(replace(part, twins=twins))
            if each.counted is not None:
                yield each.counted.as_line()
