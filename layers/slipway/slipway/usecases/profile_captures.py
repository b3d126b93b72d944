"""Count what a batch of capture files holds."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.files import Part
from slipway.domain.drift.following import BatchNote, Follower, Read
from slipway.domain.drift.reading import read_captures
from slipway.domain.drift.yardstick import Yardstick
from slipway.domain.naming.monitoring import bad_lines_key, profile_key
from slipway.errors import FileGone
from slipway.usecases.keep_answers import AnswerKeeper
from slipway.usecases.kept_files import kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slipway.domain.drift.profiles import Profile
    from slipway.domain.drift.troubles import Troubles
    from slipway.ports import CaptureFiles, Shelf


@dataclass(frozen=True, slots=True)
class Batch:
    """The files that one worker counts.

    Parameters
    ----------
    yardstick : str
        The key of what they are measured by.
    answers : bool
        Whether answers are kept for when the truth is known.
    since : str
        What was asked before is another release's; empty if nothing is.
    twins : str
        The key of the identities of files that were counted before, by size: a copy is not counted
        again. Empty if none could be one.
    """

    endpoint: str
    run: str
    yardstick: str
    number: int
    parts: tuple[Part, ...]
    answers: bool = False
    since: str = ""
    twins: str = ""

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read what the workflow passes to a child."""
        work = event["work"]
        return cls(
            str(event["endpoint"]),
            str(event["run"]),
            str(event["yardstick"]),
            int(work["batch"]),
            tuple(map(Part.from_dict, work["files"])),
            answers=bool(event.get("answers")),
            since=str(work.get("since", "")),
            twins=str(work.get("twins", "")),
        )


def note_key(endpoint: str, run: str, batch: int) -> str:
    """Return where it is noted that a batch has been counted."""
    return f"{profile_key(endpoint, run, batch)}.json"


def profile_captures(batch: Batch, *, files: CaptureFiles, shelf: Shelf) -> dict[str, Any]:
    """Write the profile of the batch, unless it is there; answer how many rows it holds.

    The note comes last: without it the batch is counted anew, in place of what there is.

    Raises
    ------
    FileGone
        If what it is measured by, or what is known of copies, is gone.
    """
    where = (batch.endpoint, batch.run, batch.number)
    done = shelf.get(note_key(*where))
    if done is not None:
        return {"rows": BatchNote.from_bytes(done).rows}
    yardstick = Yardstick.from_bytes(kept(batch.yardstick, shelf, "captures are measured by"))
    counting = _Counting(yardstick, files, batch.since, _twins(batch, shelf))
    for part in batch.parts:
        counting.count(part)
    if batch.answers:
        keeper = AnswerKeeper(batch.endpoint, yardstick.schema, batch.since)
        _keep_answers(batch, counting.files, files, keeper)
        keeper.write(f"{batch.run}-{batch.number:05}", shelf)
    profile = counting.profile
    if profile.troubles.samples:
        shelf.put(bad_lines_key(*where), b"".join(_bad_lines(profile.troubles)))
    shelf.put(profile_key(*where), profile.to_bytes(), "application/octet-stream")
    note = BatchNote(counting.files, profile.rows, profile.records)
    shelf.put(note_key(*where), note.to_bytes())
    return {"rows": note.rows}


def _twins(batch: Batch, shelf: Shelf) -> set[str]:
    """Return the identities of what was counted before; they depend on the size as well."""
    if not batch.twins:
        return set()
    told = json.loads(kept(batch.twins, shelf, "tells what was counted before"))
    sizes = {str(part.end) for part in batch.parts}
    return {each for size, found in told.items() if size in sizes for each in found}


def _keep_answers(
    batch: Batch, counted: Mapping[str, Read], files: CaptureFiles, keeper: AnswerKeeper
) -> None:
    """Read the files again: what is measured there is not what is kept here."""
    for part in batch.parts:
        if not counted[part.key].fate:
            with suppress(FileGone):
                keeper.take(part.key, files.read_part(part.key, part.start, part.end))


def _bad_lines(troubles: Troubles) -> Iterator[bytes]:
    for each in troubles.samples:
        line = each.line.decode("utf-8", "backslashreplace")
        yield json.dumps({"reason": each.reason, "line": line}).encode() + b"\n"


class _Counting:
    """A profile to which files are added, each once however often it lies there."""

    def __init__(
        self, yardstick: Yardstick, files: CaptureFiles, since: str, twins: set[str]
    ) -> None:
        self.profile: Profile = yardstick.profile()
        self.files: dict[str, Read] = {}
        self._schema = yardstick.schema
        self._reader = files
        self._since = since
        self._seen = twins

    def count(self, part: Part) -> None:
        """Add a file, or what it has grown by."""
        try:
            self.files[part.key] = self._read(part)
        except FileGone:
            # What expired since it was listed is nobody's loss that could be helped.
            self.files[part.key] = Read(part.end, "", "gone")

    def _read(self, part: Part) -> Read:
        follower = Follower(self._reader.read_part(part.key, part.start, part.end), part.size)
        identity = "" if part.start else follower.identity
        if identity in self._seen:
            return Read(part.end, identity, "copy")
        self._add(follower.pieces())
        if identity:
            self._seen.add(identity)
        return Read(part.start + follower.whole, identity)

    def _add(self, chunks: Iterable[bytes]) -> None:
        for batch in read_captures(chunks, self._schema, self._since):
            self.profile.add(batch)
