"""Where the answers of which ids lie: a list of hashes that is searched without reading answers.

A file of kept answers is in the order of its ids' hashes, and beside it lies their index: all
hashes, then for each of 256 parts of their range where it ends among the hashes and in the bytes
of the answers. Two ids of a billion share a hash with a chance of one in thirty: a truth that is
laid to the wrong hour finds no answer there, for ids are compared in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Ends = NDArray[np.uint64]

PARTS = 256
_WIDTH = 8
_SHIFT = np.uint64(64 - 8)
# What lies behind the hashes: two columns.
TAIL = 2 * PARTS * _WIDTH
# Between two parts that are wanted so many bytes are read and thrown away rather than asked anew.
_GAP = 512 * 1024


def hash_of(identity: str) -> int:
    """Return the same number for the same id, on every machine."""
    content = identity.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=_WIDTH).digest(), "little")


def hashes_of(ids: Iterable[str]) -> Hashes:
    """Return the hash of each id, in their order."""
    return np.fromiter(map(hash_of, ids), np.uint64)


def among(wanted: Hashes, hashes: Hashes) -> NDArray[np.int64]:
    """Return the position of each hash among sorted ones; -1 of those that are not there."""
    if not wanted.size:
        return np.full(hashes.size, -1, np.int64)
    found = np.searchsorted(wanted, hashes)
    found[found == wanted.size] = 0
    found[wanted[found] != hashes] = -1
    return found


def part_of(hashes: Hashes) -> NDArray[np.int64]:
    """Return the part of the range of hashes that each lies in."""
    return (hashes >> _SHIFT).astype(np.int64)


def part_numbers(ids: Iterable[str], groups: int) -> list[int]:
    """Return which of some equal parts of the range each id belongs to."""
    return [int(each) for each in part_of(hashes_of(ids)) // (PARTS // groups)]


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of answers, and which of the lines in them are wanted."""

    start: int
    end: int
    lines: Sequence[int]


@dataclass(frozen=True, slots=True)
class IdIndex:
    """The index of a file, or a part of it.

    Parameters
    ----------
    hashes : array
        Sorted.
    ends : array
        Of each part: how many hashes there are up to its end, and how many bytes of answers.
    first : int
        Which of the file's hashes is the first one here.
    """

    hashes: Hashes
    ends: Ends
    first: int = 0

    @classmethod
    def of(cls, hashes: Hashes, sizes: Sequence[int]) -> tuple[NDArray[np.int64], Self]:
        """Return the order of the lines that the index is of, and the index.

        Parameters
        ----------
        sizes : sequence of int
            How many bytes each line has.
        """
        order = np.argsort(hashes, kind="stable")
        ordered = hashes[order]
        counts = np.searchsorted(part_of(ordered), np.arange(PARTS), side="right")
        reached = np.concatenate([[0], np.cumsum(np.asarray(sizes, np.int64)[order])])
        return order, cls(ordered, np.stack([counts, reached[counts]]).astype(np.uint64))

    def to_bytes(self) -> bytes:
        """Return a file."""
        return self.hashes.astype("<u8").tobytes() + self.ends.astype("<u8").tobytes()

    def spans(self, wanted: Hashes) -> Iterator[Span]:
        """Give what is to be read of the answers, for these hashes are wanted."""
        hits = np.flatnonzero(among(wanted, self.hashes) >= 0)
        starts = np.concatenate([[[0], [0]], self.ends.astype(np.int64)], axis=1)
        while hits.size:
            parts = part_of(self.hashes[hits])
            begins, ends = starts[1][parts], starts[1][parts + 1]
            far = np.flatnonzero(begins[1:] - ends[:-1] > _GAP)
            count = int(far[0]) + 1 if far.size else hits.size
            before = starts[0][parts[0]] - self.first
            yield Span(int(begins[0]), int(ends[count - 1]), (hits[:count] - before).tolist())
            hits = hits[count:]


def ends_in(tail: bytes) -> Ends:
    """Read the last bytes of an index."""
    return np.frombuffer(tail, "<u8").reshape(2, PARTS)


def hashes_in(content: bytes) -> Hashes:
    """Read the bytes of hashes."""
    return np.frombuffer(content, "<u8")


def answer_bytes(ends: Ends) -> int:
    """Return how many bytes of answers an index is of."""
    return int(ends[1][-1])


def bytes_of(ends: Ends, first: int, last: int) -> tuple[int, int]:
    """Return where in an index the hashes of some parts begin and end."""
    return first_of(ends, first) * _WIDTH, first_of(ends, last) * _WIDTH


def first_of(ends: Ends, first: int) -> int:
    """Return which hash is the first one of a part."""
    return int(ends[0][first - 1]) if first else 0


def together(found: Sequence[Hashes]) -> Hashes:
    """Return the hashes in some lists of them, sorted, each once."""
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)
