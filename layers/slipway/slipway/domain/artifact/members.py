"""Members of an archive: what they are, and reading them."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.artifact import pax
from slipway.domain.artifact.refusal import ArtifactRefused, Reason
from slipway.domain.artifact.source import SourceEnded
from slipway.domain.artifact.streams import truncated

if TYPE_CHECKING:
    from slipway.domain.artifact.source import Source

_UNFIT = {
    tarfile.LNKTYPE: (Reason.LINK, "is a hard link"),
    tarfile.SYMTYPE: (Reason.LINK, "is a symbolic link"),
    tarfile.GNUTYPE_LONGLINK: (Reason.LINK, "is a link with a long name"),
    tarfile.CHRTYPE: (Reason.SPECIAL_FILE, "is a character device"),
    tarfile.BLKTYPE: (Reason.SPECIAL_FILE, "is a block device"),
    tarfile.FIFOTYPE: (Reason.SPECIAL_FILE, "is a named pipe"),
    tarfile.GNUTYPE_SPARSE: (Reason.SPARSE, "is a sparse file, whose size lies"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive. `content` ends where the file ends; what is not read is skipped."""

    path: str
    size: int
    folder: bool
    content: Content


class Content:
    """Reads one member's bytes and not one more."""

    __slots__ = ("_path", "_source", "left")

    def __init__(self, source: Source, size: int, path: str) -> None:
        self._source = source
        self._path = path
        self.left = size

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes of the member; none at its end."""
        if not self.left:
            return b""
        data = self._source.read(min(size, self.left))
        if not data:
            raise truncated(self._path)
        self.left -= len(data)
        return data

    def skip(self) -> None:
        """Pass over what is left."""
        try:
            self._source.skip(self.left)
        except SourceEnded as error:
            raise truncated(self._path) from error
        self.left = 0


def unfit(header: tarfile.TarInfo, name: str) -> ArtifactRefused:
    """Say what a member is that is neither file nor folder."""
    reason, words = _UNFIT.get(header.type, (Reason.SPECIAL_FILE, "is no ordinary file"))
    return ArtifactRefused(
        reason, words, path=name, remedy="Pack ordinary files only: `tar czhf` follows links"
    )


def decoded(name: bytes) -> str:
    """Read a long name, which must be text."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError as error:
        raise pax.malformed() from error
