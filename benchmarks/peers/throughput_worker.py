"""One measurement of another tool, in the environment that it lives in.

Prints processor seconds and the most memory as a line of JSON. What needs the baseline alone is
done before the clock starts, where a tool has such a step.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.capture_data import BASELINE_ROWS, table
from benchmarks.peak_memory import peak_mb

if TYPE_CHECKING:
    from collections.abc import Callable

    Look = Callable[[pd.DataFrame], object]


def evidently(reference: pd.DataFrame) -> Look:
    """Return its preset for data drift."""
    from evidently import Dataset, Report
    from evidently.presets import DataDriftPreset

    known = Dataset.from_pandas(reference)
    return lambda current: (
        Report([DataDriftPreset()]).run(Dataset.from_pandas(current), known).dict()
    )


def nannyml(reference: pd.DataFrame) -> Look:
    """Return its univariate drift, of all rows as one chunk."""
    from nannyml import UnivariateDriftCalculator

    known = UnivariateDriftCalculator(column_names=list(reference.columns), chunk_number=1)
    known.fit(reference)
    return lambda current: known.calculate(current).to_df()


def whylogs(_reference: pd.DataFrame) -> Look:
    """Return its profiles, which it compares in a second step that is not measured."""
    import whylogs as why

    return lambda current: why.log(pandas=current).view()


def measure(tool: str, rows: int) -> dict[str, float]:
    """Look at rows once."""
    tools = {"evidently": evidently, "nannyml": nannyml, "whylogs": whylogs}
    look = tools[tool](pd.DataFrame(table(BASELINE_ROWS, seed=1)))
    current = pd.DataFrame(table(rows, seed=2))
    began = time.process_time()
    look(current)
    return {"seconds": time.process_time() - began, "peak_mb": peak_mb()}


if __name__ == "__main__":
    _, chosen, count = sys.argv
    print(json.dumps(measure(chosen, int(count))))
