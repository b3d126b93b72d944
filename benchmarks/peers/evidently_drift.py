"""Evidently's drift of the data, by its defaults.

It says drift of each column, and of the data if half of the columns drift. Both are told, for the
first is what its tables show and the second what its test decides by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas
from evidently import Dataset, Report
from evidently.metrics import DriftedColumnsCount

from benchmarks.streams import SCORE

if TYPE_CHECKING:
    from benchmarks.streams import Stream, Table
    from benchmarks.telling import Watcher


class _Columns:
    """Says drift if so large a share of the columns drifts."""

    # An hour's share is the same for whoever asks; computing it takes about a second.
    _known: dict[tuple[Stream, float], float] = {}

    def __init__(self, stream: Stream, share: float) -> None:
        self._stream, self._wanted = stream, share
        self._reference = Dataset.from_pandas(pandas.DataFrame(stream.baseline()))

    def drifts(self, table: Table) -> bool:
        """Return whether enough columns drift."""
        # Predictions are drawn anew each hour, so their sum names it.
        hour = (self._stream, float(table[SCORE].astype(float).sum()))
        if hour not in self._known:
            self._known[hour] = self._share(table)
        return self._known[hour] >= self._wanted

    def _share(self, table: Table) -> float:
        current = Dataset.from_pandas(pandas.DataFrame(table))
        # Without the plots of the preset for data drift, whose verdict this is.
        found = Report([DriftedColumnsCount()]).run(current, self._reference).dict()
        return float(found["metrics"][0]["value"]["share"])


def watchers(stream: Stream) -> dict[str, Watcher]:
    """Return the ways in which it says drift."""
    return {"evidently, a column": _Columns(stream, 1e-9), "evidently, half": _Columns(stream, 0.5)}
