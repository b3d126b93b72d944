"""Cuts a file's bytes, gzipped or not, into blocks of whole lines of bounded size."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slipway.domain.drift.reading.noting import Notes

# Small blocks keep what JSON becomes in the processor's caches: 4 MB at once take twice the time.
BLOCK_BYTES = 512 * 1024
# Far above any request and answer that SageMaker takes; what is longer is no line.
LONGEST_LINE = 64 * 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
_BOM = b"\xef\xbb\xbf"


def blocks(chunks: Iterable[bytes], notes: Notes) -> Iterator[bytes]:
    """Give the lines of a file, some at a time; the last one may lack its end."""
    rest = b""
    for piece in _pieces(plain_bytes(chunks, notes)):
        end = piece.rfind(b"\n") + 1
        if end:
            yield rest + piece[:end]
            rest = piece[end:]
        else:
            rest = _bounded(rest + piece, notes)
    if rest:
        yield rest


def _bounded(line: bytes, notes: Notes) -> bytes:
    if len(line) <= LONGEST_LINE:
        return line
    notes.note(Trouble.MALFORMED, line)
    return b""


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), BLOCK_BYTES):
            yield chunk[start : start + BLOCK_BYTES]


def plain_bytes(chunks: Iterable[bytes], notes: Notes) -> Iterator[bytes]:
    """Unpack what begins as gzip does; several packed files in a row are one."""
    waiting = iter(chunks)
    first = b""
    for chunk in waiting:
        first += chunk
        if len(first) >= len(_BOM):
            break
    if not first.startswith(GZIP_MAGIC):
        yield first.removeprefix(_BOM)
        yield from waiting
        return
    yield from _Unpacking(notes).unpack(first, waiting)


class _Unpacking:
    """Unpacks in bounded steps: a megabyte of gzip may hold a gigabyte."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._inner = zlib.decompressobj(_GZIP_WINDOW)

    def unpack(self, first: bytes, waiting: Iterator[bytes]) -> Iterator[bytes]:
        """Give what the chunks hold, up to where they are damaged."""
        try:
            yield from self._chunk(first)
            for chunk in waiting:
                yield from self._chunk(chunk)
            yield self._inner.flush()
        except zlib.error:
            self._notes.note(Trouble.HALF_WRITTEN, b"")
            return
        if not self._inner.eof:
            self._notes.note(Trouble.HALF_WRITTEN, b"")

    def _chunk(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._inner.eof:
                self._inner = zlib.decompressobj(_GZIP_WINDOW)
            yield self._inner.decompress(chunk, BLOCK_BYTES)
            chunk = self._inner.unconsumed_tail or self._inner.unused_data
