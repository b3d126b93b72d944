"""Where captures lie: files, folders and S3 addresses, as bytes in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from slipway_cli.problems import WrongUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE = 1 << 20
S3 = "s3://"
# What data capture writes, and what people make of it to save space.
_NAMES = (".jsonl", ".jsonl.gz")


class CaptureFile(Protocol):
    """A file to read."""

    @property
    def name(self) -> str:
        """How a person would name it."""

    @property
    def size(self) -> int:
        """Its length in bytes."""

    def pieces(self) -> Iterator[bytes]:
        """Give its bytes."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of this machine."""

    path: Path
    size: int

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def pieces(self) -> Iterator[bytes]:
        """Give its bytes."""
        with self.path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


@dataclass(frozen=True, slots=True)
class BucketFile:
    """An object of S3."""

    bucket: str
    key: str
    size: int

    @property
    def name(self) -> str:
        """Its address."""
        return f"{S3}{self.bucket}/{self.key}"

    def pieces(self) -> Iterator[bytes]:
        """Give its bytes."""
        from slipway.adapters.clients import client

        body = client("s3").get_object(Bucket=self.bucket, Key=self.key)["Body"]
        yield from body.iter_chunks(PIECE)


def find_captures(places: Iterable[str]) -> list[CaptureFile]:
    """Return the files of all places, each once, in the order of their names within a place.

    Raises
    ------
    WrongUse
        A place does not exist, or holds no captures.
    """
    found: dict[str, CaptureFile] = {}
    for place in places:
        files = _in_bucket(place) if place.startswith(S3) else _on_disk(Path(place))
        found |= {file.name: file for file in files}
    return list(found.values())


def _on_disk(place: Path) -> list[LocalFile]:
    if place.is_file():
        return [LocalFile(place, place.stat().st_size)]
    if not place.is_dir():
        raise WrongUse(f"{place} does not exist. Name files, folders or {S3}bucket/prefix.")
    paths = sorted(path for path in place.rglob("*") if _is_capture(path.name) and path.is_file())
    if not paths:
        raise WrongUse(f"{place} holds no captures: no file in it ends in {', '.join(_NAMES)}.")
    return [LocalFile(path, path.stat().st_size) for path in paths]


def _in_bucket(address: str) -> list[BucketFile]:
    bucket, _, prefix = address.removeprefix(S3).partition("/")
    if not bucket:
        raise WrongUse(f"{address} names no bucket; write {S3}bucket/prefix.")
    found = [file for file in _listed(bucket, prefix) if _belongs(file.key, prefix)]
    if not found:
        raise WrongUse(f"{address} holds no captures: no object there ends in {', '.join(_NAMES)}.")
    return found


def _listed(bucket: str, prefix: str) -> Iterator[BucketFile]:
    from slipway.adapters.clients import client

    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for item in page.get("Contents", []):
            yield BucketFile(bucket, item["Key"], item["Size"])


def _belongs(key: str, prefix: str) -> bool:
    """Tell whether a key is the address itself or lies below it, not merely beside it."""
    if key == prefix:
        return True
    inside = not prefix or prefix.endswith("/") or key.startswith(f"{prefix}/")
    return inside and _is_capture(key.rpartition("/")[2])


def _is_capture(name: str) -> bool:
    return name.lower().endswith(_NAMES) and not name.startswith(".")
