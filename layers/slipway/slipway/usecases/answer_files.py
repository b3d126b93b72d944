"""Files of kept answers, each with an index of its ids beside it.

``answers/<variant>/<hour>/<name>.jsonl`` is what was answered, ``ids/<hour>/<variant>/<name>`` its
index: hours come first there, so that whoever looks for ids lists no more than those that count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from slipway.domain.drift.ids import (
    PARTS,
    TAIL,
    IdIndex,
    bytes_of,
    ends_in,
    first_of,
    hashes_in,
    hashes_of,
)
from slipway.domain.naming.monitoring import answers_of, ids_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slipway.domain.drift.ids.index import Ends
    from slipway.ports import CaptureFiles, Shelf

_HOUR = 4  # yyyy/mm/dd/hh


@dataclass(frozen=True, slots=True)
class Place:
    """The hour of a variant."""

    hour: str
    variant: str


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file of kept answers.

    Parameters
    ----------
    size : int
        Of its index.
    """

    place: Place
    name: str
    size: int

    @classmethod
    def parse(cls, key: str, size: int, folder: str) -> Self:
        """Read the key of an index."""
        *hour, variant, name = key.removeprefix(folder).split("/")
        return cls(Place("/".join(hour), variant), name, size)


class AnswerFiles:
    """Kept answers of an endpoint."""

    def __init__(self, endpoint: str, *, files: CaptureFiles, shelf: Shelf) -> None:
        self.endpoint = endpoint
        self.files = files
        self.shelf = shelf
        self._folder = ids_of(endpoint)

    def since(self, hour: str) -> Iterator[AnswerFile]:
        """Give all files from an hour on, the earliest first."""
        return self._listed(self._folder, f"{self._folder}{hour}")

    def of(self, place: Place) -> list[AnswerFile]:
        """Return the files of an hour of a variant."""
        return list(self._listed(f"{self._folder}{place.hour}/{place.variant}/", ""))

    def _listed(self, folder: str, first: str) -> Iterator[AnswerFile]:
        for each in self.files.list_from(folder, first):
            if each.key.removeprefix(self._folder).count("/") == _HOUR + 1:
                yield AnswerFile.parse(each.key, each.size, self._folder)

    def ends(self, file: AnswerFile) -> Ends:
        """Return where the parts of a file end."""
        return ends_in(self._read(self._key(file), file.size - TAIL, file.size))

    def index(self, file: AnswerFile, ends: Ends, first: int = 0, last: int = PARTS) -> IdIndex:
        """Return the index of some parts of a file."""
        start, end = bytes_of(ends, first, last)
        content = self._read(self._key(file), start, end) if end > start else b""
        return IdIndex(hashes_in(content), ends, first_of(ends, first))

    def whole(self, file: AnswerFile) -> IdIndex:
        """Return the index of a file."""
        content = self._read(self._key(file), 0, file.size)
        return IdIndex(hashes_in(content[:-TAIL]), ends_in(content[-TAIL:]))

    def lines(self, file: AnswerFile, start: int, end: int) -> list[bytes]:
        """Return the lines that some bytes of the answers are."""
        key = _answers_key(self.endpoint, file.place, file.name)
        return self._read(key, start, end).split(b"\n")

    def _key(self, file: AnswerFile) -> str:
        return _index_key(self.endpoint, file.place, file.name)

    def _read(self, key: str, start: int, end: int) -> bytes:
        return b"".join(self.files.read_part(key, start, end))


def put_answers(
    endpoint: str,
    place: Place,
    name: str,
    answers: tuple[Sequence[str], Sequence[bytes]],
    shelf: Shelf,
) -> None:
    """Write a file of answers, and its index when there is something to point to.

    Parameters
    ----------
    answers : tuple
        Ids, and the lines of the answers, which end in a line break.
    """
    ids, lines = answers
    order, index = IdIndex.of(hashes_of(ids), [len(line) for line in lines])
    shelf.put_lines(_answers_key(endpoint, place, name), (lines[each] for each in order))
    key = _index_key(endpoint, place, name)
    shelf.put(key, index.to_bytes(), "application/octet-stream")


def _answers_key(endpoint: str, place: Place, name: str) -> str:
    return f"{answers_of(endpoint, place.variant, place.hour)}{name}.jsonl"


def _index_key(endpoint: str, place: Place, name: str) -> str:
    return f"{ids_of(endpoint)}{place.hour}/{place.variant}/{name}"
