"""A part of a capture file, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

    from slipway.domain.drift.troubles import Troubles


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of several records, requests and answers apart.

    A frame's columns are the schema's, by name and order. Numbers are Float64, words String; a
    column of numbers that holds other things is String too, so that nothing is lost. Null is
    missing. A masked column is Boolean: true where there was a value.

    Attributes
    ----------
    records
        Lines that were looked at, the bad ones too, without Slipway's own calls.
    rows
        Rows of requests; a request may hold several.
    first, last
        The earliest and the latest `inferenceTime`, ISO 8601 in UTC; empty where there is none.
    """

    inputs: polars.DataFrame
    outputs: polars.DataFrame
    records: int
    rows: int
    first: str
    last: str
    troubles: Troubles
