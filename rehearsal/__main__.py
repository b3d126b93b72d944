"""`make rehearse`: a named scenario, or a trace with an endpoint.yaml."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.errors import WrongScenario
from rehearsal.loading import named, of_trace
from rehearsal.page import page
from rehearsal.rehearse import rehearse
from rehearsal.table import lines
from sandbox.account import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rehearsal.results import Rehearsal

FOLDER = ROOT / "build" / "rehearsals"


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse, print the table, write the JSON file and the page."""
    given = _arguments().parse_args(arguments)
    try:
        if given.trace is None:
            scenario = named(given.scenario)
        else:
            scenario = of_trace(Path(given.trace), Path(given.spec))
    except WrongScenario as error:
        print(error, file=sys.stderr)
        return 2
    began = time.monotonic()
    rehearsal = rehearse(scenario, given.seed)
    took = time.monotonic() - began
    for line in lines(rehearsal):
        print(line)
    written = write(rehearsal)
    print(f"\nRehearsed in {took:.0f} s: {', '.join(_shown(path) for path in written)}")
    return 0


def write(rehearsal: Rehearsal, folder: Path = FOLDER) -> list[Path]:
    """Write what was found; the same rehearsal gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    name = rehearsal.scenario.name
    data, html = folder / f"{name}.json", folder / f"{name}.html"
    data.write_text(rehearsal.as_json(), encoding="utf-8")
    html.write_text(page(rehearsal), encoding="utf-8")
    return [data, html]


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("scenario", nargs="?", default="black-friday")
    parser.add_argument("--trace", help="a CSV file with requests_per_second or _per_minute")
    parser.add_argument("--spec", help="the endpoint.yaml for the trace", default="")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
