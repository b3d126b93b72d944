"""Look through a folder for what nobody has counted, and note what is counted then."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from sys import maxsize
from typing import TYPE_CHECKING

from slipway.domain.drift.files import LATEST, CountedFile, first_key, sift
from slipway.domain.drift.record import Watermark
from slipway.errors import FileGone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
    from datetime import datetime, timedelta

    from slipway.domain.drift.files import Part, Sifted
    from slipway.ports import CaptureFiles, Shelf


@dataclass(frozen=True, slots=True)
class Folder:
    """Where somebody else writes files.

    Parameters
    ----------
    holds : callable
        Tells whether a key is one of the files that are looked for.
    latest : timedelta
        How long after the hour in its key a file may arrive.
    most, most_bytes : int
        So many files are read at once, and so many bytes; the next look finds the others.
    """

    path: str
    holds: Callable[[str], bool]
    most: int
    latest: timedelta = LATEST
    most_bytes: int = maxsize


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be read, and how far the folder is counted once it has been.

    Parameters
    ----------
    left : int
        Files that the next look finds.
    twins : mapping
        Identities of counted files by size, of sizes that new files have: what has one of them is a
        copy. Far too many to go with each file.
    """

    parts: Sequence[Part]
    mark: Watermark
    left: int
    twins: Mapping[int, Sequence[str]]


class Surveyor:
    """Goes through folders, however many files they hold."""

    def __init__(self, files: CaptureFiles, shelf: Shelf) -> None:
        self.files = files
        self.shelf = shelf

    def survey(
        self, folder: Folder, mark: Watermark | None, index: str, moment: datetime
    ) -> Survey:
        """Return what nobody has counted.

        Parameters
        ----------
        mark : Watermark, optional
            How far the folder is counted.
        index : str
            The key under which the list of counted files is written.
        moment : datetime
            What is younger than that is left to the next look.
        """
        found = self.files.list_from(folder.path, mark.first_key if mark else "")
        wanted = (each for each in found if folder.holds(each.key))
        sieve = _Sieve(folder.most, folder.most_bytes)
        self.shelf.put_lines(index, sieve.index(sift(wanted, self._counted(mark), moment)))
        first = first_key(folder.path, moment, folder.latest)
        # What is left over may be older than what still comes.
        first = min(first, sieve.first_left or first)
        # What a file has grown by is no copy of anything.
        sizes = {part.end for part in sieve.parts if not part.start}
        reached = Watermark(moment.isoformat(), first, index)
        return Survey(sieve.parts, reached, sieve.left, self._twins(mark, sizes))

    def _counted(self, mark: Watermark | None) -> Iterator[CountedFile]:
        if mark is None or not mark.index:
            return
        try:
            every = map(CountedFile.from_line, self.shelf.lines(mark.index))
            yield from (file for file in every if file.key >= mark.first_key)
        except FileGone:
            # Nobody looked for as long as files are kept: what was counted has expired as well.
            return

    def _twins(self, mark: Watermark | None, sizes: Set[int]) -> Mapping[int, Sequence[str]]:
        """Return the identities of counted files by size: of another size nothing is a copy."""
        if not sizes:
            return {}
        found: dict[int, list[str]] = defaultdict(list)
        for file in self._counted(mark):
            if file.identity and file.size in sizes:
                found[file.size].append(file.identity)
        return found


class _Sieve:
    """Notes what is to be read while the list of counted files is written."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self.parts: list[Part] = []
        self.left = 0
        self.first_left = ""
        self._most = most
        self._room = most_bytes

    def index(self, sifted: Iterable[Sifted]) -> Iterator[bytes]:
        """Give a line for each file that is counted once everything has been read."""
        for each in sifted:
            part = each.part
            if part is not None and (len(self.parts) >= self._most or self._room <= 0):
                self.left += 1
                # The folder: a listing begins after the key that it is told.
                self.first_left = self.first_left or part.key.rpartition("/")[0] + "/"
                continue
            if part is not None:
                self.parts.append(part)
                self._room -= part.size
            if each.counted is not None:
                yield each.counted.as_line()
