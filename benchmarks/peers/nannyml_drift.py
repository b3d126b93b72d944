"""NannyML's univariate drift, by its defaults: an alert of any column."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

# It reports to its makers otherwise; it reads this when it is imported.
os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"

import nannyml  # noqa: E402 - see above
import pandas

if TYPE_CHECKING:
    from benchmarks.streams import Stream, Table
    from benchmarks.telling import Watcher


class _Univariate:
    """Says drift if any column alerts."""

    def __init__(self, stream: Stream) -> None:
        # An hour at a time is one chunk, and it would like six.
        warnings.filterwarnings("ignore", message="The resulting number of chunks")
        reference = pandas.DataFrame(stream.baseline())
        self._calculator = nannyml.UnivariateDriftCalculator(
            column_names=list(reference.columns), chunk_size=stream.rows
        ).fit(reference)

    def drifts(self, table: Table) -> bool:
        """Return whether any column alerts."""
        found = self._calculator.calculate(pandas.DataFrame(table))
        values = found.filter(period="analysis").to_df()
        return bool(values.xs("alert", axis=1, level=-1).to_numpy().any())


def watchers(stream: Stream) -> dict[str, Watcher]:
    """Return the ways in which it says drift: one."""
    return {"nannyml, a column": _Univariate(stream)}
