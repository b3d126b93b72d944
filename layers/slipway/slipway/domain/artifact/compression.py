"""Compressed pickles, as joblib writes and recognises them: decompressed as a stream."""

from __future__ import annotations

import bz2
import lzma
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from slipway.domain.artifact.limits import MIB, ArtifactLimits
from slipway.domain.artifact.refusal import ArtifactRefused, Reason
from slipway.domain.artifact.streams import CHUNK, Expansion

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.domain.artifact.source import Source

_LZMA_MEMORY = 96 * MIB
_PLAIN = "Save the model again with joblib.dump(model, 'model.joblib', compress=3)"


class _Decompressor(Protocol):
    """What the decompressors of bz2 and lzma have in common."""

    @property
    def eof(self) -> bool:
        """Whether the compressed stream is complete."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether more compressed data must come before more can be given."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What follows the compressed stream."""
        ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Give up to `max_length` bytes."""
        ...


class _Zlib:
    """zlib with the interface of the others."""

    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """Whether the compressed stream is complete."""
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        """What follows the compressed stream."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Give up to `max_length` bytes."""
        given = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self.needs_input = not self._inner.unconsumed_tail and len(given) < max_length
        return given


@dataclass(frozen=True, slots=True)
class Compression:
    """One way to compress a pickle; `start` is None for what is refused."""

    name: str
    magic: bytes
    start: Callable[[], _Decompressor] | None


def _lzma(container: int) -> Callable[[], _Decompressor]:
    return lambda: lzma.LZMADecompressor(container, memlimit=_LZMA_MEMORY)


# joblib's own order: the first match wins there too.
_KNOWN = (
    Compression("joblib before 0.10", b"ZF", None),
    Compression("zlib", b"\x78", lambda: _Zlib(15)),
    Compression("gzip", b"\x1f\x8b", lambda: _Zlib(31)),
    Compression("bz2", b"BZ", bz2.BZ2Decompressor),
    Compression("lzma", b"\x5d\x00", _lzma(lzma.FORMAT_ALONE)),
    Compression("xz", b"\xfd7zXZ", _lzma(lzma.FORMAT_XZ)),
    Compression("lz4", b"\x04\x22\x4d\x18", None),
)
_SLOW = frozenset({"bz2", "lzma", "xz"})


def compression_of(head: bytes, path: str) -> Compression | None:
    """Recognise a compressed pickle by its first bytes; what cannot be read is refused."""
    found = next((each for each in _KNOWN if head.startswith(each.magic)), None)
    if found is not None and found.start is None:
        raise ArtifactRefused(
            Reason.COMPRESSION,
            f"is compressed in a way that is not inspected ({found.name})",
            path=path,
            remedy=_PLAIN,
        )
    return found


class DecompressingReader:
    """Decompresses one stream inside a member, within the limits.

    Parameters
    ----------
    source
        The member's content.
    compression
        How it is compressed.
    path
        The member, for refusals.
    limits
        Bounds on size and ratio.
    """

    def __init__(
        self, source: Source, compression: Compression, path: str, limits: ArtifactLimits
    ) -> None:
        if compression.start is None:
            raise ValueError(compression.name)
        self._source = source
        self._name = compression.name
        self._decompressor = compression.start()
        self._path = path
        most = limits.slow_bytes if compression.name in _SLOW else limits.expanded_bytes
        self._expansion = Expansion(replace(limits, expanded_bytes=most), path)

    def read(self, size: int, /) -> bytes:
        """Give up to `size` decompressed bytes; none at the end."""
        while not self._decompressor.eof:
            data = self._step(size)
            if data:
                self._expansion.count(len(data), self._source.position)
                return data
        self._check_end()
        return b""

    def _step(self, size: int) -> bytes:
        pending = self._source.read(CHUNK) if self._decompressor.needs_input else b""
        if self._decompressor.needs_input and not pending:
            raise self._damaged("it ends too early")
        try:
            return self._decompressor.decompress(pending, size)
        except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError, MemoryError) as error:
            raise self._damaged(str(error) or type(error).__name__) from error

    def _check_end(self) -> None:
        if self._decompressor.unused_data or self._source.peek(1):
            raise ArtifactRefused(
                Reason.TRAILING_DATA,
                "goes on after its compressed data ended",
                path=self._path,
                remedy=_PLAIN,
            )

    def _damaged(self, why: str) -> ArtifactRefused:
        return ArtifactRefused(
            Reason.COMPRESSION,
            f"has {self._name} data that cannot be read ({why})",
            path=self._path,
            remedy=_PLAIN,
        )
