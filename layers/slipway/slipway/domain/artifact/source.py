"""A reader that knows where it is: exact reads, looks ahead, and skips without keeping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.streams import CHUNK

if TYPE_CHECKING:
    from slipway.domain.artifact.streams import Readable


class SourceEnded(Exception):
    """The stream ended where more was needed."""


class LineTooLong(Exception):
    """A line has no end within its limit."""


class Source:
    """Exact reading over any stream, with one buffer of bounded size.

    Parameters
    ----------
    raw
        The stream; it is read in chunks, so it must end where the content ends.
    """

    __slots__ = ("_buffer", "_offset", "_passed", "_raw")

    def __init__(self, raw: Readable) -> None:
        self._raw = raw
        self._buffer = b""
        self._offset = 0
        self._passed = 0

    @property
    def position(self) -> int:
        """Bytes consumed until now."""
        return self._passed + self._offset

    def take(self, size: int) -> bytes:
        """Give exactly `size` bytes; meant for small sizes."""
        end = self._offset + size
        if end > len(self._buffer):
            self._fill(size)
            end = self._offset + size
            if end > len(self._buffer):
                raise SourceEnded
        data = self._buffer[self._offset : end]
        self._offset = end
        return data

    def byte(self) -> int:
        """Give one byte as a number."""
        if self._offset >= len(self._buffer):
            self._fill(1)
            if self._offset >= len(self._buffer):
                raise SourceEnded
        value = self._buffer[self._offset]
        self._offset += 1
        return value

    def peek(self, size: int) -> bytes:
        """Look at up to `size` bytes without consuming them."""
        if self._offset + size > len(self._buffer):
            self._fill(size)
        return self._buffer[self._offset : self._offset + size]

    def skip(self, size: int) -> None:
        """Consume exactly `size` bytes, however many, keeping none."""
        buffered = len(self._buffer) - self._offset
        if size <= buffered:
            self._offset += size
            return
        left = size - buffered
        self._passed += len(self._buffer)
        self._buffer, self._offset = b"", 0
        while left:
            data = self._raw.read(min(left, CHUNK))
            if not data:
                raise SourceEnded
            self._passed += len(data)
            left -= len(data)

    def line(self, limit: int) -> bytes:
        """Give the bytes up to the next newline, which is consumed and left out."""
        found = self._buffer.find(b"\n", self._offset)
        if found < 0:
            self._fill(limit + 1)
            found = self._buffer.find(b"\n", self._offset)
        if found < 0 and len(self._buffer) - self._offset <= limit:
            raise SourceEnded
        if found < 0 or found - self._offset > limit:
            raise LineTooLong
        data = self._buffer[self._offset : found]
        self._offset = found + 1
        return data

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes, as streams do; none mean the end."""
        if self._offset < len(self._buffer):
            data = self._buffer[self._offset : self._offset + size]
            self._offset += len(data)
            return data
        data = self._raw.read(size)
        self._passed += len(data)
        return data

    def _fill(self, size: int) -> None:
        """Have at least `size` bytes in the buffer if the stream has them."""
        parts = [self._buffer[self._offset :]]
        have = len(parts[0])
        self._passed += self._offset
        while have < size:
            data = self._raw.read(max(size - have, CHUNK))
            if not data:
                break
            parts.append(data)
            have += len(data)
        self._buffer, self._offset = b"".join(parts), 0
