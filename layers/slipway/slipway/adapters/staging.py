"""Objects that are written before their key is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.adapters.clients import client
from slipway.adapters.copying import PartWriter
from slipway.adapters.faults import passing_faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.adapters.copying import Versioned
    from slipway.ports import StoredCopy


@dataclass(frozen=True, slots=True)
class _Written:
    """Implements Versioned."""

    bucket: str
    key: str
    version_id: str


class StagedObject:
    """Implements Stage.

    Parameters
    ----------
    bucket, key : str
        Where it is written meanwhile.
    accept : callable
        Copies an object version to where the bytes of a digest are kept.
    """

    def __init__(
        self, bucket: str, key: str, accept: Callable[[Versioned, str], StoredCopy]
    ) -> None:
        self._place = (bucket, key)
        self._accept = accept
        self._writer = PartWriter(bucket, key)
        self._written: _Written | None = None

    def write(self, data: bytes, /) -> int:
        """Take the data."""
        return self._writer.write(data)

    def keep(self, sha256: str) -> StoredCopy:
        """Move what was written to `accepted/<sha256>/model.tar.gz`."""
        # The version is pinned: another try of the same release writes under the same key.
        self._written = _Written(*self._place, self._writer.complete())
        return self._accept(self._written, sha256)

    def remove(self) -> None:
        """Leave nothing at the place."""
        if self._written is None:
            self._writer.abort()
            return
        bucket, key, version = self._place[0], self._place[1], self._written.version_id
        with passing_faults():
            client("s3").delete_object(Bucket=bucket, Key=key, VersionId=version)
