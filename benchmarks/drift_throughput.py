"""How many captured requests a core profiles in a second, in how much memory.

Each measurement has a process of its own, in turns with the least that has to be done anyway: to
parse the same bytes into columns, with the same libraries. `python -m benchmarks.drift_throughput`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from benchmarks.figures import Figure, Figures, show

ROUNDS = 3
ROWS = {"csv": 1_000_000, "json": 200_000}
FEW, MANY = 100_000, 10_000_000
AIM_RATE, MOST_RATIO, MOST_MB, MOST_GROWTH = 350_000, 1.5, 256, 1.15


@dataclass(frozen=True)
class Run:
    """What a process took.

    Parameters
    ----------
    seconds : float
        Of the processor.
    peak_mb : float
        The most memory at any time.
    """

    rows: int
    seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Rows a second of one core."""
        return self.rows / self.seconds


def run(what: str, form: str, rows: int) -> Run:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.throughput_worker", what, form, str(rows)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Run(rows, **json.loads(told))


def prepare(form: str) -> None:
    """Write what is read, in a process that is not measured."""
    run("prepare", form, 1)


def best(form: str, rounds: int = ROUNDS) -> tuple[Run, Run]:
    """Return the fastest job and the fastest limit of several turns."""
    prepare(form)
    rows = ROWS[form]
    turns = [(run("job", form, rows), run("limit", form, rows)) for _ in range(rounds)]
    jobs, limits = zip(*turns, strict=True)
    return max(jobs, key=lambda each: each.rate), max(limits, key=lambda each: each.rate)


def rates(form: str) -> Figures:
    """Measure how fast captures of one encoding are profiled."""
    job, limit = best(form)
    name = f"drift: profiling {form.upper()} captures"
    words = f"parsing alone {limit.rate:,.0f}; {job.rows:,} rows of 24 features"
    aim = f"; aim {AIM_RATE:,}" if form == "csv" else ""
    return {
        f"{name}, rows a second of a core": Figure(round(job.rate), "rows/s", words + aim),
        f"{name} / parsing alone": Figure.at_most(
            round(limit.rate / job.rate, 2), "x", MOST_RATIO, "processor time, in turns"
        ),
        f"{name}, peak memory": Figure.at_most(
            round(job.peak_mb), "MB", MOST_MB, f"parsing alone {limit.peak_mb:.0f}"
        ),
    }


def memory() -> Figures:
    """Measure whether memory grows with the captures."""
    few, many = run("job", "csv", FEW), run("job", "csv", MANY)
    words = f"{few.peak_mb:.0f} -> {many.peak_mb:.0f} MB; {many.rate:,.0f} rows/s"
    return {
        "drift: peak memory of 10,000,000 rows / of 100,000": Figure.at_most(
            round(many.peak_mb / few.peak_mb, 2), "x", MOST_GROWTH, words
        )
    }


def figures() -> Figures:
    """Measure."""
    return rates("csv") | rates("json") | memory()


if __name__ == "__main__":
    show(figures())
