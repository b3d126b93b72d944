"""One measurement in a process of its own.

`python -m benchmarks.throughput_worker job csv 100000` prints the processor time and the most
memory that the process ever had; `prepare` measures nothing and writes the files that are read.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

# Before polars is imported: a rate is that of one core.
os.environ["POLARS_MAX_THREADS"] = "1"

import polars

from benchmarks.capture_data import FOLDER, baseline_file, captures, pieces
from benchmarks.parse_limits import parse_csv, parse_json
from benchmarks.peak_memory import peak_mb
from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.reading import read_captures
from slipway.domain.drift.reading.columns import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.capture_data import Form

    Work = Callable[[Iterable[bytes]], int]


def baseline() -> Baseline:
    """Return the baseline, read as the functions do: of its own file."""
    target = FOLDER / "baseline.json"
    if not target.exists():
        draft = target.with_suffix(".draft")
        draft.write_bytes(Baseline.from_csv(lambda: [baseline_file().read_bytes()]).to_json())
        draft.replace(target)
    return Baseline.from_json(target.read_bytes())


def job(known: Baseline, form: Form) -> Work:
    """Return the whole job: read, profile, and write the profile."""
    schema = known.schema(pieces(captures(form), 100_000))

    def work(stream: Iterable[bytes]) -> int:
        profile = Profile(schema, known.bins)
        for batch in read_captures(stream, schema):
            profile.add(batch)
        if profile.troubles.counts:
            raise AssertionError(f"not everything was read: {profile.troubles.counts}")
        profile.to_bytes()
        return profile.rows

    return work


def limit(known: Baseline, form: Form) -> Work:
    """Return parsing alone."""
    columns = {
        name: polars.Float64 if each.kind in NUMBERS else polars.String
        for name, each in known.columns.items()
    }
    parse = parse_json if form == "json" else parse_csv
    return lambda stream: parse(stream, columns)


def measure(what: str, form: Form, rows: int) -> dict[str, float]:
    """Measure one kind of work."""
    known = baseline()
    if what == "prepare":
        captures(form)
        return {"seconds": 1.0, "peak_mb": peak_mb()}
    work = (job if what == "job" else limit)(known, form)
    began = time.process_time()
    if work(pieces(captures(form), rows)) != rows:
        raise AssertionError("not every row was read")
    return {"seconds": time.process_time() - began, "peak_mb": peak_mb()}


if __name__ == "__main__":
    _, chosen, encoding, count = sys.argv
    json.dump(measure(chosen, encoding, int(count)), sys.stdout)  # type: ignore[arg-type]  # One of them.
