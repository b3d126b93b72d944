"""What watching an endpoint's traffic needs: captures, places to work in, a book, gauges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from slipway.domain.drift.files import FoundFile
    from slipway.domain.drift.record import DriftRecord


class DriftBook(Protocol):
    """How far the traffic of each endpoint has been looked at, and what was found."""

    def read_drift(self, endpoint: str) -> DriftRecord:
        """Return the record; an empty one for an endpoint that was never looked at."""

    def write_drift(self, record: DriftRecord) -> None:
        """Write what was decided on `record.revision`; raise LedgerConflict if it is stale."""


class CaptureFiles(Protocol):
    """Files that others write: captures, and what turned out to be true."""

    def list_from(self, folder: str, first_key: str = "") -> Iterator[FoundFile]:
        """Give the files of a folder from a key on, in the order of keys."""

    def read_part(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Give the bytes from `start` up to `end` in pieces; raise FileGone without them."""


class Shelf(Protocol):
    """The folder in which a run keeps what it works with, and what people read."""

    def uri(self, key: str) -> str:
        """Return the S3 URI of a key."""

    def put(self, key: str, content: bytes, content_type: str = "application/json") -> str:
        """Write a file in place of an earlier one; return its S3 URI."""

    def get(self, key: str) -> bytes | None:
        """Return a file; None if there is none."""

    def has(self, key: str) -> bool:
        """Tell whether there is a file."""

    def put_lines(self, key: str, lines: Iterable[bytes]) -> None:
        """Write a file line by line, however many there are."""

    def lines(self, key: str) -> Iterator[bytes]:
        """Give a file's lines; raise FileGone without it."""


class BaselineShelf(Protocol):
    """Baselines, as whoever clears up sees them."""

    def list_from(self, folder: str, first_key: str = "") -> Iterator[FoundFile]:
        """Give the files of a folder from a key on, in the order of keys."""

    def remove(self, key: str) -> None:
        """Delete a file; one that is gone is no error."""


class SideFiles(Protocol):
    """What lies beside a model."""

    def uri(self, key: str) -> str:
        """Return the S3 URI of a key."""

    def version_of(self, key: str) -> str | None:
        """Return the version that lies there; None without one."""

    def pieces(self, key: str, version_id: str) -> Iterator[bytes]:
        """Give the bytes of a version in pieces; raise FileGone without it."""


class BusinessNumbers(Protocol):
    """Custom metrics of CloudWatch that users measure."""

    def value(  # noqa: PLR0913 - the members of one question
        self,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        *,
        statistic: str,
        since: datetime,
        until: datetime,
    ) -> float | None:
        """Return a metric's value of a window; None if nothing was measured."""


class Gauges(Protocol):
    """Metrics that Slipway makes itself."""

    def show(
        self, values: Mapping[str, float], dimensions: Mapping[str, str], at: datetime
    ) -> None:
        """Let CloudWatch have values of a moment."""
