"""Read a small file beside a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.json_text import JsonUnreadable, joined, json_object
from slipway.domain.naming.keys import ModelDrop
from slipway.errors import BaselineRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.drift.record import DriftRecord
    from slipway.ports import SideFiles

CSV, STATISTICS, CONSTRAINTS = "baseline.csv", "statistics.json", "constraints.json"


class BesideModel:
    """The files beside the model that is watched."""

    def __init__(self, record: DriftRecord, files: SideFiles) -> None:
        self._drop = ModelDrop(record.endpoint, record.version)
        self._files = files

    def version_of(self, name: str) -> str | None:
        """Return the version that lies there; None without one."""
        return self._files.version_of(self._drop.beside(name))

    def uri(self, name: str) -> str:
        """Return a file's S3 URI."""
        return self._files.uri(self._drop.beside(name))

    def pieces(self, name: str, version: str) -> Iterator[bytes]:
        """Give a file's bytes."""
        yield from self._files.pieces(self._drop.beside(name), version)

    def read(self, name: str, version: str) -> dict[str, Any]:
        """Return what a JSON file holds.

        Raises
        ------
        BaselineRefused
            If it is no JSON object, or larger than such a file may be.
        """
        try:
            return json_object(joined(self.pieces(name, version)))
        except JsonUnreadable as error:
            raise self.refusal(name, f"it {error}") from error

    def refusal(self, name: str, why: object) -> BaselineRefused:
        """Return the error that says what is wrong with a file."""
        return BaselineRefused(f"{name} of version {self._drop.version} cannot be used: {why}")
