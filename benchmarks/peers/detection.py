"""How soon and how wrongly others tell drift, by their defaults, on the streams of `make bench`.

Each tool runs where it is installed: `python -m benchmarks.peers.detection slipway` in this
project's environment, `… evidently nannyml` in theirs. What was found lies in build/peers/, and is
printed side by side, with what other tools found before.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.streams import QUIET, STREAMS, Stream
from benchmarks.telling import Told, delays, follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.telling import Watcher

    Make = Callable[[Stream], dict[str, Watcher]]

TARGET = Path(__file__).parents[2] / "build" / "peers"
SEEDS = range(2)
AFTER, LONG = 12, 48
QUIET_HOURS = 24
TOOLS = ("slipway", "evidently", "nannyml")


def measured(tool: str) -> dict[str, dict[str, Any]]:
    """Run all streams past a tool; what it says in several ways is told by each of them."""
    make: Make = import_module(f"benchmarks.peers.{tool}_drift").watchers
    found: dict[str, dict[str, Any]] = {}
    for way in make(STREAMS[0]):
        began = time.perf_counter()
        found[way] = _changes(make, way) | _false_alarms(make, way)
        found[way]["seconds"] = str(round(time.perf_counter() - began))
    return found


def _changes(make: Make, way: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    wrong = quiet = 0
    for stream in STREAMS:
        hours = stream.at + (LONG if stream.ramp else AFTER)
        seeded = [stream.seeded(seed) for seed in SEEDS]
        told = [follow(make(each)[way], each, hours) for each in seeded]
        wrong, quiet = wrong + sum(t.wrong for t in told), quiet + sum(t.quiet for t in told)
        if stream.change is not None:
            row[f"{stream.name}: hours until told"] = _after(told)
    row["hours called drift before anything changed"] = f"{wrong} of {quiet}"
    return row


def _after(told: list[Told]) -> str:
    after = delays(told)
    seen = f"{len(after)} of {len(told)}"
    return f"{median(after):g} ({seen})" if after else f"never ({seen})"


def _false_alarms(make: Make, way: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for rows in (200, 1000):
        stream = Stream(QUIET.name, rows=rows, copies=QUIET.copies, seed=100)
        told = follow(make(stream)[way], stream, QUIET_HOURS)
        name = f"100 unchanged features, {rows:,} requests an hour: hours called drift"
        row[name] = f"{told.wrong} of {told.quiet}"
    return row


def show() -> None:
    """Print what is known, a line for each figure and a column for each tool."""
    table: dict[str, dict[str, Any]] = {}
    for tool in TOOLS:
        if (path := TARGET / f"detection-{tool}.json").exists():
            table |= json.loads(path.read_text())
    print(f"{'':72}" + "".join(f"{way:>22}" for way in table))
    for name in next(iter(table.values())):
        print(f"{name:72}" + "".join(f"{row[name]:>22}" for row in table.values()))


def main() -> None:
    """Measure the tools that are named, then show all."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for tool in sys.argv[1:]:
        found = measured(tool)
        (TARGET / f"detection-{tool}.json").write_text(json.dumps(found, indent=1) + "\n")
    show()


if __name__ == "__main__":
    main()
