"""Byte streams in front of the archive: hashed, counted, bounded. None is ever held whole."""

from __future__ import annotations

import hashlib
from typing import Protocol

from slipway.domain.artifact.limits import GIB, ArtifactLimits
from slipway.domain.artifact.refusal import ArtifactRefused, Reason

CHUNK = 1 << 16


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
