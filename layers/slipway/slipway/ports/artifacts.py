"""What is dropped, accepted and staged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from slipway.domain.release import Drop


@dataclass(frozen=True, slots=True)
class StoredText:
    """A small text file, as it lies there, and the version that it was read at."""

    content: bytes
    version_id: str


@dataclass(frozen=True, slots=True)
class StoredArrival:
    """S3's LastModified in ISO 8601, and who the upload says that it is of."""

    at: str
    by: str = ""


class DropStore(Protocol):
    """The bucket's metadata of dropped objects."""

    def arrival_of(self, drop: Drop) -> StoredArrival:
        """Return when it arrived, and of whom; raise DropGone or DropUnreadable."""

    def version_of(self, key: str) -> str | None:
        """Return the version that lies there; None without one, empty if S3 does not show it."""


class TextStore(Protocol):
    """The small files beside artifacts."""

    def read_text(self, key: str, version_id: str = "") -> StoredText | None:
        """Return the file, or None if there is none; raise TextTooLarge."""


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """Accepted bytes as S3 holds them: other bytes under the same key have another version.

    Parameters
    ----------
    etag : str
        S3's entity tag.
    """

    version_id: str
    etag: str


class Stage(Protocol):
    """Bytes that are written before anybody knows their digest."""

    def write(self, data: bytes, /) -> int:
        """Take the data."""

    def keep(self, sha256: str) -> StoredCopy:
        """Move what was written to `accepted/<sha256>/model.tar.gz`."""


class ArtifactStore(Protocol):
    """The artifacts themselves."""

    def open_drop(self, drop: Drop) -> BinaryIO:
        """Open the pinned object version as a stream."""

    def accept(self, drop: Drop, sha256: str) -> StoredCopy:
        """Copy the pinned bytes to `accepted/<sha256>/model.tar.gz`, unless they are there."""

    def staging(self, drop: Drop) -> AbstractContextManager[Stage]:
        """Open a place for other bytes than the dropped ones; what is not kept is removed."""

    def accepted_uri(self, sha256: str) -> str:
        """Return the S3 URI of accepted bytes."""

    def quarantine(self, drop: Drop, reason: str) -> str:
        """Copy a malicious artifact to `quarantine/`, the reason as metadata; return the S3 URI."""


class AcceptedReader(Protocol):
    """What was accepted, as it is now."""

    def copy_of(self, uri: str) -> StoredCopy | None:
        """Return which bytes lie there; None if there are none, or none that may be read."""


class AcceptedStore(Protocol):
    """What models refer to."""

    def discard(self, uri: str) -> None:
        """Remove an accepted artifact that nothing refers to."""
