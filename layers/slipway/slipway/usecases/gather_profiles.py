"""Add up what the workers of a run counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from slipway.domain.drift.files import CountedFile
from slipway.domain.drift.following import BatchNote, Read
from slipway.domain.drift.profiles import Profile
from slipway.domain.naming.monitoring import profile_key
from slipway.usecases.kept_files import kept
from slipway.usecases.profile_captures import note_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.drift.yardstick import Yardstick
    from slipway.ports import Shelf
    from slipway.usecases.drift_run import RunRef


@dataclass(slots=True)
class Gathered:
    """The profile of all batches of a run, and what became of the files."""

    profile: Profile
    files: dict[str, Read] = field(default_factory=dict)

    @property
    def fates(self) -> Mapping[str, int]:
        """How many files were counted (``""``), were copies, were gone."""
        return Counter(read.fate for read in self.files.values())


def gather(ref: RunRef, batches: int, yardstick: Yardstick, shelf: Shelf) -> Gathered:
    """Merge the profiles of a run, one at a time: there may be thousands.

    Raises
    ------
    FileGone
        If a batch was not counted.
    """
    gathered = Gathered(yardstick.profile())
    for number in range(batches):
        note = kept(note_key(ref.endpoint, ref.run, number), shelf)
        content = kept(profile_key(ref.endpoint, ref.run, number), shelf)
        gathered.profile = gathered.profile.merged(Profile.from_bytes(content))
        gathered.files |= BatchNote.from_bytes(note).files
    return gathered


def remembered(index: str, files: Mapping[str, Read], shelf: Shelf) -> Iterator[bytes]:
    """Give the list of counted files again, with what only their readers could know."""
    for line in shelf.lines(index):
        counted = CountedFile.from_line(line)
        read = files.get(counted.key)
        if read is not None:
            counted = replace(counted, size=read.until, identity=read.identity)
        yield counted.as_line()
