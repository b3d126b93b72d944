"""Soak in as many processes as there are cores, one seed after the other.

A month over fifty endpoints takes hours for each seed. With `SOAK=5x3` in the environment, five
endpoints for three days.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_FOLDER = ROOT / "build" / "prove"
SEEDS = (1, 2, 3)
SOAK = "SOAK"
WHOLE = "50x30"


def prove_soak(seeds: tuple[int, ...] = SEEDS) -> dict[str, Any]:
    """Return the counts by seed."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(pool.map(_soak, seeds))
    return {str(seed): counts for seed, counts in zip(seeds, found, strict=True)}


def held(counts: dict[str, Any]) -> bool:
    """Tell whether everything held on every day of every seed, to its last one."""
    endpoints, days = size()
    whole = all(c["days"] == days and c["endpoints"] == endpoints for c in counts.values())
    return bool(counts) and whole and not any(c["problems"] for c in counts.values())


def size() -> tuple[int, int]:
    """Return how many endpoints, and how many days."""
    endpoints, _, days = os.environ.get(SOAK, WHOLE).partition("x")
    return int(endpoints), int(days)


def _soak(seed: int) -> dict[str, Any]:
    endpoints, days = size()
    target = _FOLDER / f"soak-{seed}.json"
    target.unlink(missing_ok=True)
    sized = ["--endpoints", str(endpoints), "--days", str(days), "--seed", str(seed)]
    command = [sys.executable, "-m", "tests.prove.soak", *sized, "--out", str(target)]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if not target.exists():
        raise SystemExit(f"The soak with seed {seed} ended early: {code}")
    counts: dict[str, Any] = json.loads(target.read_text())
    return counts
