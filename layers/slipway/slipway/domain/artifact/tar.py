"""Walks a tar archive as a stream, more strictly than any program that unpacks it.

`tarfile` parses each header, but does not drive the walk: it ends silently at a damaged header
and at the first empty block, where other programs read on. Whatever has two readings is refused.
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from slipway.domain.artifact import headers, pax
from slipway.domain.artifact.members import Content, Member, decoded, unfit
from slipway.domain.artifact.names import NameRegistry, safe_path
from slipway.domain.artifact.refusal import ArtifactRefused, Reason
from slipway.domain.artifact.source import Source, SourceEnded
from slipway.domain.artifact.streams import too_large, truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.artifact.limits import ArtifactLimits
    from slipway.domain.artifact.streams import Readable

BLOCK = 512
_HEADER_LIMIT = 64 * 1024
_LARGEST_OCTAL = 8**11 - 1
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)


class TarWalker:
    """Gives the members of a tar stream, one after the other, each to be read at once.

    Parameters
    ----------
    raw
        The decompressed stream.
    limits
        Bounds on members and sizes.
    """

    def __init__(self, raw: Readable, limits: ArtifactLimits) -> None:
        self._source = Source(raw)
        self._limits = limits
        self._names = NameRegistry()
        self._records: dict[str, str] = {}
        self._long_name: str | None = None
        self._headers = 0
        self._members = 0

    def __iter__(self) -> Iterator[Member]:
        while (header := self._next_header()) is not None:
            member = self._member(header)
            if member is None:
                continue
            yield member
            member.content.skip()
            self._skip_padding(member.size)

    def _next_header(self) -> tarfile.TarInfo | None:
        block = self._block()
        if not block.strip(b"\0"):
            self._finish()
            return None
        self._headers += 1
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError, ValueError) as error:
            raise self._bad_header() from error
        headers.check(block, header.name)
        return header

    def _member(self, header: tarfile.TarInfo) -> Member | None:
        """Turn a header into a member, or remember what it says about the next one."""
        if header.type in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME):
            self._extend(header)
            return None
        name = self._take_name(header)
        folder = header.type == tarfile.DIRTYPE
        if header.type not in _FILES and not folder:
            raise unfit(header, name)
        size = self._take_size(header, name)
        headers.check_member(header, name, size, folder=folder)
        self._members += 1
        if self._members > self._limits.members:
            raise ArtifactRefused(
                Reason.TOO_MANY_MEMBERS,
                f"The archive has more than {self._limits.members:,} files and folders",
            )
        path = safe_path(name, self._limits)
        if not path and not folder:
            raise ArtifactRefused(Reason.UNSAFE_PATH, "A file of the archive has no name")
        if path:
            self._names.add(path, folder=folder)
        return Member(path, size, folder, Content(self._source, size, path))

    def _extend(self, header: tarfile.TarInfo) -> None:
        if header.size > _HEADER_LIMIT or header.size < 0:
            raise pax.malformed()
        content = self._take(header.size)
        self._skip_padding(header.size)
        if header.type == tarfile.GNUTYPE_LONGNAME:
            if self._long_name is not None:
                raise pax.malformed()
            self._long_name = decoded(content.rstrip(b"\0"))
            return
        records = pax.parse_records(content)
        everywhere = header.type == tarfile.XGLTYPE
        pax.check_keywords(records, everywhere=everywhere)
        if not everywhere:
            if self._records:
                raise pax.malformed()
            self._records = records

    def _take_name(self, header: tarfile.TarInfo) -> str:
        given = [n for n in (self._long_name, self._records.pop("path", None)) if n is not None]
        self._long_name = None
        if len(given) > 1 or "" in given:
            raise pax.malformed()
        return given[0] if given else header.name

    def _take_size(self, header: tarfile.TarInfo, name: str) -> int:
        written = self._records.pop("size", None)
        self._records = {}
        size = header.size
        if written is not None:
            if not written.isascii() or not written.isdigit():
                raise pax.malformed()
            # Programs that read only one of two sizes see other members behind this one. A size
            # that no octal field holds is written as 0 there.
            if size != int(written) and not (size == 0 and int(written) > _LARGEST_OCTAL):
                raise ArtifactRefused(Reason.AMBIGUOUS, "has two different sizes", path=name)
            size = int(written)
        if size < 0:
            raise ArtifactRefused(Reason.AMBIGUOUS, "has a negative size", path=name)
        if size > self._limits.expanded_bytes:
            raise too_large(self._limits.expanded_bytes, name)
        return size

    def _block(self) -> bytes:
        try:
            return self._source.take(BLOCK)
        except SourceEnded as error:
            if self._headers == 0:
                raise self._bad_header() from error
            raise truncated() from error

    def _take(self, size: int) -> bytes:
        try:
            return self._source.take(size)
        except SourceEnded as error:
            raise truncated() from error

    def _skip_padding(self, size: int) -> None:
        self._take(-size % BLOCK)

    def _finish(self) -> None:
        """Read to the end, where only empty blocks may follow."""
        if self._records or self._long_name is not None:
            raise pax.malformed()
        while data := self._source.read(BLOCK * 128):
            if data.strip(b"\0"):
                raise ArtifactRefused(
                    Reason.TRAILING_DATA,
                    "The archive goes on after its end mark; some programs would unpack that part",
                    remedy="Pack the model with one `tar czf model.tar.gz …`",
                )

    def _bad_header(self) -> ArtifactRefused:
        if self._headers <= 1:
            return ArtifactRefused(
                Reason.NOT_TAR,
                "The archive is a gzip file but no tar archive is inside",
                remedy="Pack the model with `tar czf model.tar.gz …`",
            )
        return ArtifactRefused(Reason.CORRUPT, "The archive has a damaged header")
