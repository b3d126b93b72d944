"""How fast and in how much memory Slipway and others look at the same million rows.

Slipway starts with the bytes that data capture wrote; the others are given the rows parsed, as data
frames in memory, and neither that nor what they learn of the baseline beforehand is counted. Each
measurement has a process of its own, theirs in their own environment, whose Python is named:
`python -m benchmarks.peers.throughput build/peers/venv/bin/python`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.drift_throughput import Run, prepare, run

ROWS = 1_000_000
TOOLS = ("evidently", "nannyml", "whylogs")
TARGET = Path(__file__).parents[2] / "build" / "peers" / "throughput.json"


def peer(python: str, tool: str) -> Run:
    """Measure a tool in its own environment."""
    command = [python, "-W", "ignore", "-m", "benchmarks.peers.throughput_worker", tool, str(ROWS)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    # Some tools greet; the result is the last line.
    return Run(ROWS, **json.loads(told.splitlines()[-1]))


def measured(python: str) -> dict[str, Run]:
    """Measure everything, one after the other."""
    prepare("csv")
    found = {
        "parsing alone": run("limit", "csv", ROWS),
        "Slipway, from bytes to a profile": run("job", "csv", ROWS),
    }
    for tool in TOOLS:
        found[f"{tool}, of parsed rows"] = peer(python, tool)
    return found


def show(found: dict[str, Run]) -> None:
    """Print a line for each."""
    limit = found["parsing alone"].seconds
    print(f"{ROWS:,} rows of 20 numbers and 4 words, processor time of one process each")
    print(f"{'':36} {'seconds':>8} {'rows/s':>10} {'/ parsing':>10} {'peak MB':>8}")
    for name, each in found.items():
        ratio = each.seconds / limit
        line = f"{each.seconds:8.2f} {each.rate:10,.0f} {ratio:10.2f} {each.peak_mb:8,.0f}"
        print(f"{name:36} {line}")


def main() -> None:
    """Measure, keep and print."""
    (python,) = sys.argv[1:]
    found = measured(python)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    content = {name: asdict(each) for name, each in found.items()}
    TARGET.write_text(json.dumps(content, indent=1) + "\n")
    show(found)


if __name__ == "__main__":
    main()
