"""All figures: printed, and written into build/bench.json.

Ends with 1 if a figure does not keep what was promised.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from benchmarks import (
    alarms,
    bad_versions,
    canary,
    cold_start,
    drift_detection,
    drift_throughput,
    judge_power,
    many_sleepers,
    rehearsals,
    release,
    subtle,
    user_errors,
)
from benchmarks.figures import show
from sandbox.functions.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.figures import Figures

PARTS: tuple[Callable[[], Figures], ...] = (
    release.figures,
    cold_start.figures,
    judge_power.figures,
    user_errors.figures,
    canary.figures,
    alarms.figures,
    bad_versions.figures,
    subtle.figures,
    drift_detection.figures,
    drift_throughput.figures,
    many_sleepers.figures,
    rehearsals.figures,
)
TARGET = ROOT / "build" / "bench.json"


def main() -> int:
    """Measure one part after the other; return the exit code."""
    found: Figures = {}
    for part in PARTS:
        figures = part()
        show(figures)
        found |= figures
    TARGET.parent.mkdir(exist_ok=True)
    content = {name: figure.as_dict() for name, figure in found.items()}
    TARGET.write_text(json.dumps(content, indent=1) + "\n")
    print(f"Written to {TARGET.relative_to(ROOT)}")
    broken = [name for name, figure in found.items() if not figure.holds]
    for name in broken:
        print(f"Not kept: {name}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
