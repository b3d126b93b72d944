"""Puts a version where Slipway finds it: the spec and side files first, the artifact last."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.domain.naming.keys import SIDE_FILES
from slipway.domain.release import Drop
from slipway.domain.sender import BY_METADATA
from slipway_cli.problems import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from slipway.domain.naming import ModelDrop

    Progress = Callable[[int], None]

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Piece:
    """A file and the key that it goes to."""

    path: Path
    key: str

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.path.stat().st_size


def pieces(
    drop: ModelDrop,
    model: Path,
    *,
    spec: Path | None,
    baseline: Sequence[Path],
    smoke: Path | None,
) -> list[Piece]:
    """Return the files in the order in which they have to arrive: the model starts the release."""
    found = [Piece(spec, drop.spec_key)] if spec else []
    found += [Piece(path, drop.beside(_baseline_name(path))) for path in baseline]
    found += [Piece(smoke, drop.beside("smoke.jsonl"))] if smoke else []
    _refuse_doubles(found)
    return [*found, Piece(model, drop.key)]


def upload(bucket: str, parts: Sequence[Piece], progress: Progress, by: str = "") -> str:
    """Upload the files one after the other.

    Parameters
    ----------
    by
        Who uploads; the objects keep it as metadata, for the audit.
    progress
        Called with the number of bytes that went, again and again, maybe from other threads.

    Returns
    -------
    str
        The version id of the last one.
    """
    s3 = client("s3")
    version = _WrittenVersion(s3)
    with version:
        for part in parts:
            s3.upload_file(
                str(part.path), bucket, part.key, Callback=progress, ExtraArgs=_signed(by)
            )
    return version.newest


def _signed(by: str) -> dict[str, Any]:
    # Metadata travels in HTTP headers.
    words = by.encode("ascii", "replace").decode()
    return {"Metadata": {BY_METADATA: words}} if by else {}


class _WrittenVersion:
    """Hears the version id in S3's own answers, for `upload_file` returns none.

    What a look at the key would show afterwards may be somebody else's upload.
    """

    _LAST_CALLS = ("after-call.s3.PutObject", "after-call.s3.CompleteMultipartUpload")

    def __init__(self, s3: Any) -> None:
        self._events = s3.meta.events
        # Without versioning the only version is called so.
        self.newest = "null"

    def __enter__(self) -> None:
        for event in self._LAST_CALLS:
            self._events.register(event, self._hear)

    def __exit__(self, *problem: object) -> None:
        for event in self._LAST_CALLS:
            self._events.unregister(event, self._hear)

    def _hear(self, parsed: dict[str, Any], **_: object) -> None:
        self.newest = parsed.get("VersionId", "null")


def dropped(bucket: str, drop: ModelDrop, version_id: str) -> Drop:
    """Return the drop as the release knows it; its time of arrival is the release's business."""
    return Drop(
        endpoint=drop.endpoint,
        version=drop.version,
        bucket=bucket,
        key=drop.key,
        version_id=version_id,
        last_modified="",
    )


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _baseline_name(path: Path) -> str:
    if path.suffix == ".csv":
        return "baseline.csv"
    for name in ("statistics.json", "constraints.json"):
        if path.name.endswith(name):
            return name
    raise WrongUse(
        f"--baseline {path}: a baseline is a .csv file, or Model Monitor's statistics.json and "
        "constraints.json, each given with its own --baseline."
    )


def _refuse_doubles(found: Sequence[Piece]) -> None:
    keys = [part.key for part in found]
    for name in SIDE_FILES:
        if sum(key.endswith(f"/{name}") for key in keys) > 1:
            raise WrongUse(f"Two files would become {name}.")
