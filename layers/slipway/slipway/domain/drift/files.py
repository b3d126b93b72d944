"""Which capture files a run reads, and what the next one must know of them.

All functions work in the order of keys and hold one file at a time, so that what they need does not
grow with the traffic.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# SageMaker may still write to a file that is younger.
SETTLED = timedelta(minutes=5)
# So long after the hour in its key a file may arrive and is still found.
LATEST = timedelta(hours=48)

BATCH_BYTES = 128 * 1024 * 1024
BATCH_FILES = 60
# Step Functions carries 256 KiB into a child. As JSON a key of 1,024 bytes may take six times that.
BATCH_PLAIN = 192 * 1024
# What is left over is read by the next run.
MOST_FILES = 50_000

_HOUR = "%Y/%m/%d/%H"
_LAYOUT = re.compile(r"\d{4}/\d\d/\d\d/\d\d/.+")

Fate = Literal["new", "grown", "known", "young", "rewritten", "empty"]


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as S3 lists it."""

    key: str
    size: int
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class CountedFile:
    """A file whose records have been counted.

    Parameters
    ----------
    size : int
        How many of its bytes: not the beginning of a record whose end was missing.
    identity : str
        What copies of the file have in common; empty if nobody has looked.
    """

    key: str
    size: int
    etag: str
    identity: str = ""

    def as_line(self) -> bytes:
        """Return a line for a file of many."""
        return json.dumps([self.key, self.size, self.etag, self.identity]).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a line of :meth:`as_line`."""
        return cls(*json.loads(line))


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of a file that have not been counted."""

    key: str
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes are to be read."""
        return self.end - self.start

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow; most files are read from their begin."""
        values: dict[str, Any] = {"key": self.key, "end": self.end}
        return values | ({"start": self.start} if self.start else {})

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a part from :meth:`as_dict`."""
        return cls(str(values["key"]), int(values.get("start", 0)), int(values["end"]))


@dataclass(frozen=True, slots=True)
class Sifted:
    """A file, and what is to be done about it.

    Parameters
    ----------
    counted : CountedFile, optional
        What is to be remembered of it.
    part : Part, optional
        What is to be read of it.
    """

    fate: Fate
    counted: CountedFile | None = None
    part: Part | None = None


def is_capture(key: str, folder: str) -> bool:
    """Tell whether a key lies in the folder of an hour; others are no captures."""
    return key.startswith(folder) and _LAYOUT.fullmatch(key[len(folder) :]) is not None


def first_key(folder: str, until: datetime, latest: timedelta = LATEST) -> str:
    """Return the key from which on files may still arrive, once all until a moment was read.

    Parameters
    ----------
    latest : timedelta
        How long after the hour in its key a file may arrive.
    """
    return f"{folder}{hour_of(until - latest)}/"


def hour_of(moment: datetime) -> str:
    """Return the folder of a moment's hour.

    Example
    -------
    >>> hour_of(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    '2026/03/02/09'
    """
    return f"{moment.astimezone(UTC):{_HOUR}}"


def sift(
    found: Iterable[FoundFile], counted: Iterable[CountedFile], now: datetime
) -> Iterator[Sifted]:
    """Say of each file what is to be done; both sides in the order of keys.

    What was counted and is no longer found is forgotten.
    """
    known = iter(counted)
    last = next(known, None)
    for file in found:
        while last is not None and last.key < file.key:
            last = next(known, None)
        if last is not None and last.key == file.key:
            yield _again(file, last, now)
        else:
            yield _first(file, now)


def _first(file: FoundFile, now: datetime) -> Sifted:
    if file.modified > now - SETTLED:
        return Sifted("young")
    whole = CountedFile(file.key, file.size, file.etag)
    if not file.size:
        return Sifted("empty", whole)
    return Sifted("new", whole, Part(file.key, 0, file.size))


def _again(file: FoundFile, before: CountedFile, now: datetime) -> Sifted:
    if file.size > before.size:
        if file.modified > now - SETTLED:
            return Sifted("young", before)
        if file.etag == before.etag:
            # The end of a record was missing, and nobody has written it since.
            return Sifted("known", before)
        grown = replace(before, size=file.size, etag=file.etag)
        return Sifted("grown", grown, Part(file.key, before.size, file.size))
    # Other bytes in the place of those that were counted would be counted twice.
    return Sifted("known" if file.etag == before.etag else "rewritten", before)


def batches(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Put files together until there is work for a few seconds.

    Files of one size come together as far as there is room: whoever reads them sees which are
    copies.
    """
    batch: list[Part] = []
    size = plain = 0
    for part in sorted(parts, key=lambda part: (part.size, part.key)):
        room = 2 if batch and batch[-1].size == part.size else 1
        length = len(json.dumps(part.as_dict())) + 1
        too_many = len(batch) >= room * BATCH_FILES or plain + length > BATCH_PLAIN
        if batch and (too_many or size + part.size > room * BATCH_BYTES):
            yield batch
            batch, size, plain = [], 0, 0
        batch.append(part)
        size += part.size
        plain += length
    if batch:
        yield batch
