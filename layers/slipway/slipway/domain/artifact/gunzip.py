"""Decompresses the archive, which must be one gzip stream and nothing else."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from slipway.domain.artifact.refusal import ArtifactRefused, Reason
from slipway.domain.artifact.streams import CHUNK, Expansion, truncated

if TYPE_CHECKING:
    from slipway.domain.artifact.limits import ArtifactLimits
    from slipway.domain.artifact.streams import HashingReader

GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31


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
