"""Buckets and gauges as watching traffic meets them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.drift.files import FoundFile
from slipway.errors import FileGone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

PIECE = 1000


@dataclass
class Stored:
    """An object of the bucket."""

    content: bytes
    modified: datetime
    etag: str


class FakeMonitoring:
    """Implements CaptureFiles, Shelf and BaselineShelf; pieces are small, so that lines are cut."""

    def __init__(self, modified: datetime) -> None:
        self.objects: dict[str, Stored] = {}
        self.modified = modified
        self.reads: list[tuple[str, int, int]] = []

    def place(self, key: str, content: bytes, modified: datetime | None = None) -> None:
        """Let somebody write a file."""
        etag = hashlib.sha256(f"{key} {modified}".encode() + content).hexdigest()[:32]
        self.objects[key] = Stored(content, modified or self.modified, etag)

    def list_from(self, folder: str, first_key: str = "") -> Iterator[FoundFile]:
        for key in sorted(self.objects):
            if key.startswith(folder) and key > first_key:
                found = self.objects[key]
                yield FoundFile(key, len(found.content), found.etag, found.modified)

    def read_part(self, key: str, start: int, end: int) -> Iterator[bytes]:
        self.reads.append((key, start, end))
        content = self._content(key)[start:end]
        if not content:
            raise FileGone(key)
        yield from (content[at : at + PIECE] for at in range(0, len(content), PIECE))

    def uri(self, key: str) -> str:
        return f"s3://monitoring/{key}"

    def put(self, key: str, content: bytes, content_type: str = "application/json") -> str:
        self.place(key, content)
        return self.uri(key)

    def get(self, key: str) -> bytes | None:
        return self.objects[key].content if key in self.objects else None

    def remove(self, key: str) -> None:
        self.objects.pop(key, None)

    def has(self, key: str) -> bool:
        return key in self.objects

    def put_lines(self, key: str, lines: Iterable[bytes]) -> None:
        self.place(key, b"".join(lines))

    def lines(self, key: str) -> Iterator[bytes]:
        yield from self._content(key).splitlines()

    def _content(self, key: str) -> bytes:
        if key not in self.objects:
            raise FileGone(key)
        return self.objects[key].content


class FakeModelFiles:
    """Implements SideFiles."""

    def __init__(self) -> None:
        self.files: dict[str, list[bytes]] = {}

    def place(self, key: str, content: bytes) -> None:
        """Let a user put a file beside a model."""
        self.files.setdefault(key, []).append(content)

    def uri(self, key: str) -> str:
        return f"s3://artifacts/{key}"

    def version_of(self, key: str) -> str | None:
        return f"v{len(self.files[key])}" if key in self.files else None

    def pieces(self, key: str, version_id: str) -> Iterator[bytes]:
        if key not in self.files:
            raise FileGone(key)
        content = self.files[key][int(version_id.removeprefix("v")) - 1]
        yield from (content[at : at + PIECE] for at in range(0, len(content), PIECE))


class FakeNumbers:
    """Implements BusinessNumbers."""

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.asked: list[tuple[str, str, str, datetime, datetime]] = []

    def value(
        self,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        *,
        statistic: str,
        since: datetime,
        until: datetime,
    ) -> float | None:
        self.asked.append((namespace, metric, statistic, since, until))
        return self.values.get(metric)


class FakeGauges:
    """Implements Gauges."""

    def __init__(self) -> None:
        self.shown: list[tuple[dict[str, float], dict[str, str]]] = []

    def show(
        self, values: Mapping[str, float], dimensions: Mapping[str, str], at: datetime
    ) -> None:
        self.shown.append((dict(values), dict(dimensions)))
