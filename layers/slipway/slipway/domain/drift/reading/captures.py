"""Reads capture files, in pieces of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slipway.domain.drift.reading.batch import Batch
    from slipway.domain.drift.schema import Schema


def read_captures(chunks: Iterable[bytes], schema: Schema) -> Iterator[Batch]:
    """Read one capture file.

    Parameters
    ----------
    chunks
        The file's bytes in pieces of any size, gzipped or not.
    """
    raise NotImplementedError
