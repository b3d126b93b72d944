"""All figures: printed, and written into build/bench.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks import cold_start, judge_power, release, user_errors
from sandbox.functions.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS: tuple[Callable[[], dict[str, dict[str, object]]], ...] = (
    release.figures,
    cold_start.figures,
    judge_power.figures,
    user_errors.figures,
)


def main() -> None:
    """Measure one part after the other."""
    found: dict[str, dict[str, object]] = {}
    for part in PARTS:
        figures = part()
        for name, figure in figures.items():
            against = f"  ({figure['against']})" if figure["against"] else ""
            print(f"{name:60} {figure['value']:>10} {figure['unit']}{against}", flush=True)
        found |= figures
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n")
    print(f"Written to {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
