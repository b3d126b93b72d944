"""Byte streams in front of the archive: hashed, decompressed, bounded. None is ever held whole."""

from __future__ import annotations

import hashlib
import zlib
from typing import Protocol

from slipway.domain.artifact.limits import GIB, ArtifactLimits
from slipway.domain.artifact.refusal import ArtifactRefused, Reason

CHUNK = 1 << 16
GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31


class Readable(Protocol):
    """What can be read from; fewer bytes than asked for are allowed, none mean the end."""

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes."""
        ...


class HashingReader:
    """Counts and hashes everything that is read through it."""

    def __init__(self, raw: Readable, limits: ArtifactLimits) -> None:
        self._raw = raw
        self._limit = limits.compressed_bytes
        self._sha256 = hashlib.sha256()
        self.size = 0

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes of the raw stream."""
        data = self._raw.read(size)
        self.size += len(data)
        if self.size > self._limit:
            raise too_large(self._limit)
        self._sha256.update(data)
        return data

    def hexdigest(self) -> str:
        """Give the SHA-256 of what was read until now."""
        return self._sha256.hexdigest()


class Expansion:
    """Judges how much came out of a decompressor for how much went in."""

    def __init__(self, limits: ArtifactLimits, path: str | None = None) -> None:
        self._limits = limits
        self._path = path
        self._subject = "" if path else "The archive "
        self.produced = 0

    def count(self, produced: int, consumed: int) -> None:
        """Add what came out; `consumed` is all that went in until now."""
        self.produced += produced
        if self.produced > self._limits.expanded_bytes:
            raise too_large(self._limits.expanded_bytes, self._path)
        if self.produced <= self._limits.ratio_from_bytes:
            return
        if self.produced > self._limits.ratio * max(consumed, 1):
            raise ArtifactRefused(
                Reason.RATIO_BOMB,
                f"{self._subject}expands more than {self._limits.ratio} times, as a "
                "decompression bomb does",
                path=self._path,
                remedy="Pack the model anew with an ordinary compression level",
            )


class GunzipReader:
    """Decompresses one gzip member and insists that nothing but zeros follows it.

    Readers disagree about what comes after the first member, so nothing may hide there.
    """

    def __init__(self, raw: HashingReader, limits: ArtifactLimits) -> None:
        self._raw = raw
        self._inflate = zlib.decompressobj(_GZIP_WINDOW)
        self._expansion = Expansion(limits)
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Give up to `size` decompressed bytes; none at the checked end of the stream."""
        while not self._ended:
            data = self._decompress(size)
            if data:
                self._expansion.count(len(data), self._raw.size)
                return data
        return b""

    def _decompress(self, size: int) -> bytes:
        pending = self._inflate.unconsumed_tail or self._raw.read(CHUNK)
        if self._raw.size == len(pending) and not pending.startswith(GZIP_MAGIC):
            raise not_gzip(pending)
        try:
            data = self._inflate.decompress(pending, size)
        except zlib.error as error:
            raise ArtifactRefused(
                Reason.CORRUPT,
                f"The archive's gzip data is damaged ({error})",
                remedy="Upload it again; compare checksums",
            ) from error
        if self._inflate.eof:
            self._finish()
        elif not pending and not data:
            raise truncated()
        return data

    def _finish(self) -> None:
        self._ended = True
        rest = self._inflate.unused_data
        while rest:
            if rest.strip(b"\0"):
                raise ArtifactRefused(
                    Reason.TRAILING_DATA,
                    "The archive goes on after its gzip stream ended; some readers would ignore "
                    "that part and others would read it",
                    remedy="Pack the model with one `tar czf model.tar.gz …`",
                )
            rest = self._raw.read(CHUNK)


def not_gzip(head: bytes) -> ArtifactRefused:
    """Say that this is no gzip file, and what it seems to be."""
    guess = next((f" but {kind}" for magic, kind in _OTHERS if head.startswith(magic)), "")
    if head[257:262] == b"ustar":
        guess = " but a tar file that was not compressed"
    what = f"The archive is not a gzip file{guess}" if head else "The archive is an empty file"
    return ArtifactRefused(
        Reason.NOT_GZIP if head else Reason.EMPTY,
        what,
        remedy="Pack the model with `tar czf model.tar.gz …`",
    )


_OTHERS = (
    (b"PK", "a zip file"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x80", "seemingly a bare pickle"),
    (b"{", "seemingly bare JSON"),
)


def truncated(path: str | None = None) -> ArtifactRefused:
    """Say that the archive ends too early."""
    what = "is cut off: the archive ends inside it" if path else "The archive is truncated"
    return ArtifactRefused(
        Reason.TRUNCATED, what, path=path, remedy="Upload it again; compare sizes and checksums"
    )


def too_large(limit: int, path: str | None = None) -> ArtifactRefused:
    """Say that the archive, or one member, is larger than what is inspected."""
    size = f"{limit / GIB:.3g} GiB" if limit >= GIB else f"{limit:,} bytes"
    subject = "" if path else "The archive "
    return ArtifactRefused(
        Reason.TOO_LARGE, f"{subject}is larger than the limit of {size}", path=path
    )
