"""What is remembered of a file while its bytes pass by on their way to whoever counts them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# The first record alone is of one event only, and so is its file.
IDENTIFYING = 64 * 1024
_DIGEST = 16
# Longer than any request with its answer; what is longer is no record.
_LONGEST = 64 * 1024 * 1024
_GZIP = b"\x1f\x8b"


class Follower:
    """Gives the bytes of a file, and knows afterwards how many of them are whole records.

    Parameters
    ----------
    chunks : iterable of bytes
        The bytes; the first piece is read at once.
    """

    def __init__(self, chunks: Iterable[bytes], size: int) -> None:
        waiting = iter(chunks)
        first = b""
        for chunk in waiting:
            first += chunk
            if len(first) >= min(IDENTIFYING, size):
                break
        self.identity = identity_of(first, size)
        self._chunks = chain((first,), waiting)
        self._packed = first.startswith(_GZIP)
        self._read = 0
        self._tail = b""

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes, once."""
        for chunk in self._chunks:
            self._read += len(chunk)
            head, end, tail = chunk.rpartition(b"\n")
            del head
            self._tail = tail if end else (self._tail + tail)[:_LONGEST]
            yield chunk

    @property
    def whole(self) -> int:
        """How many bytes hold whole records: a record without its end is read when it has one.

        Whether a packed file is whole cannot be said of its bytes; it counts as it is.
        """
        if self._packed or not self._tail.strip() or _is_record(self._tail):
            return self._read
        return self._read - len(self._tail)


def identity_of(first: bytes, size: int) -> str:
    """Return what a file has in common with its copies, and with nothing else."""
    import hashlib

    told = hashlib.sha256(first[:IDENTIFYING])
    told.update(str(size).encode())
    return told.hexdigest()[:_DIGEST]


def _is_record(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one file.

    Parameters
    ----------
    until : int
        Up to which of its bytes it is counted.
    fate : str
        Empty if it was counted; `copy` or `gone` if it was not.
    """

    until: int
    identity: str
    fate: str = ""


@dataclass(frozen=True, slots=True)
class BatchNote:
    """What became of the files of a batch; who finds it need not count the batch again."""

    files: Mapping[str, Read]
    rows: int = 0
    records: int = 0

    def to_bytes(self) -> bytes:
        """Return a file."""
        files = {key: [r.until, r.identity, r.fate] for key, r in self.files.items()}
        told = {"rows": self.rows, "records": self.records, "files": files}
        return json.dumps(told, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read a file of :meth:`to_bytes`."""
        told: dict[str, Any] = json.loads(content)
        files = {key: Read(*values) for key, values in told["files"].items()}
        return cls(files, told["rows"], told["records"])
