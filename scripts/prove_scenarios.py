"""Prove the scenarios of `tests.prove` in as many processes as there are cores.

Every call fails in every way, every function comes to grief, every delivery goes astray, every
change of an endpoint ends badly, every state is killed: days on two cores. With `SAMPLE=40` in the
environment, so many failing calls of each scenario, and fewer of the rest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_FOLDER = ROOT / "build" / "prove"
# Every process sees these whole.
_WHOLE = {"calls", "possible"}
# A number of faults for each scenario, where all of them take too long.
SAMPLE = "SAMPLE"


def prove_scenarios(shares: int | None = None) -> dict[str, Any]:
    """Return the counts by scenario."""
    shares = shares or os.cpu_count() or 1
    targets = [_FOLDER / f"{number}.json" for number in range(1, shares + 1)]
    for target in targets:
        target.unlink(missing_ok=True)
    running = [_start(f"{number}/{shares}", target) for number, target in enumerate(targets, 1)]
    codes = [process.wait() for process in running]
    if not all(target.exists() for target in targets):
        raise SystemExit(f"A process that proves scenarios ended early: {codes}")
    return merged([json.loads(target.read_text()) for target in targets])


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Add up the counts of the processes."""
    total = {}
    for name in parts[0]:
        counts = [part[name] for part in parts]
        total[name] = {key: _sum(key, [count[key] for count in counts]) for key in counts[0]}
    return total


def hold(counts: dict[str, Any]) -> bool:
    """Tell whether every case of every scenario holds."""
    return bool(counts) and not any(count["problems"] for count in counts.values())


def lines(counts: dict[str, Any]) -> list[str]:
    """Say for each scenario, and for all, how many combinations there are, were tried, and fail."""
    possible = _added([count["possible"] for count in counts.values()])
    tried = _added([count["cases"] for count in counts.values()])
    failed = sum(len(count["problems"]) for count in counts.values())
    told = [
        f"{name}: {sum(count['cases'].values())} of {sum(count['possible'].values())} combinations "
        f"tried, {len(count['problems'])} do not hold"
        for name, count in counts.items()
    ]
    classes = ", ".join(f"{tried[name]} of {possible[name]} {name}" for name in possible)
    total = f"{tried.total()} of {possible.total()} combinations tried, {failed} do not hold"
    return [*told, f"all scenarios: {total} ({classes})"]


def _added(counts: list[dict[str, int]]) -> Counter[str]:
    return sum((Counter(count) for count in counts), Counter())


def _start(share: str, target: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.prove", "--share", share, "--out", str(target)]
    if os.environ.get(SAMPLE):
        command += ["--sample", os.environ[SAMPLE]]
    return subprocess.Popen(command, cwd=ROOT)


def _sum(key: str, values: list[Any]) -> Any:
    if key in _WHOLE:
        return values[0]
    if key == "problems":
        return {what: problem for value in values for what, problem in value.items()}
    if isinstance(values[0], dict):
        return dict(_added(values))
    return sum(values)
