"""Prove the scenarios of `tests.prove` in as many processes as there are cores.

Every call fails in every way, every function comes to grief, every delivery goes astray, every
change of an endpoint ends badly, every state is killed: hours on two cores. What holds is kept for
this state of Slipway, so that a proof that was stopped goes on. With `SAMPLE=40` in the
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

from tests.prove.notebook import Entry, entries, state_of

ROOT = Path(__file__).parents[1]
# A number of faults for each scenario, where all of them take too long.
SAMPLE = "SAMPLE"


def prove_scenarios(shares: int | None = None) -> dict[str, Any]:
    """Return the counts by scenario."""
    shares = shares or os.cpu_count() or 1
    folder = notebook()
    folder.mkdir(parents=True, exist_ok=True)
    running = [_start(f"{number}/{shares}", folder) for number in range(1, shares + 1)]
    codes = [process.wait() for process in running]
    plan = folder / f"1-of-{shares}.plan.json"
    if not set(codes) <= {0, 1} or not plan.exists():
        raise SystemExit(f"A process that proves scenarios ended early: {codes}")
    return counts_of(json.loads(plan.read_text()), entries(folder))


def notebook() -> Path:
    """Return where verdicts about this state of Slipway are kept."""
    sampled = f"sample-{os.environ[SAMPLE]}-" if os.environ.get(SAMPLE) else ""
    return ROOT / "build" / "prove" / f"{sampled}{state_of(ROOT)}"


def counts_of(plan: dict[str, dict[str, int]], found: list[Entry]) -> dict[str, Any]:
    """Return what verdicts come to by scenario: how many there are to be, and how they ended."""
    return {
        name: _counts(possible, [each for each in found if each.scenario == name])
        for name, possible in plan.items()
    }


def _counts(possible: dict[str, int], found: list[Entry]) -> dict[str, Any]:
    cases: Counter[str] = Counter()
    for each in found:
        cases[each.kind] += each.stands_for
    return {
        "possible": possible,
        "cases": dict(cases),
        "runs": len(found),
        "outcomes": dict(Counter(each.outcome for each in found if each.outcome)),
        "redriven": sum(each.redriven for each in found),
        "seconds": round(sum(each.seconds for each in found)),
        "problems": {each.what: each.problems for each in found if each.problems},
    }


def hold(counts: dict[str, Any]) -> bool:
    """Tell whether every case of every scenario was tried, or a sample, and holds."""
    whole = os.environ.get(SAMPLE) or all(
        count["cases"].get(kind, 0) >= number
        for count in counts.values()
        for kind, number in count["possible"].items()
    )
    return bool(counts and whole) and not any(count["problems"] for count in counts.values())


def lines(counts: dict[str, Any]) -> list[str]:
    """Say for each scenario, and for all, how many combinations there are, were tried, and fail."""
    possible = _added([count["possible"] for count in counts.values()])
    tried = _added([count["cases"] for count in counts.values()])
    failed = sum(len(count["problems"]) for count in counts.values())
    told = [
        f"{name}: {sum(count['cases'].values())} of {sum(count['possible'].values())} combinations "
        f"tried in {count['runs']} runs, {len(count['problems'])} do not hold"
        for name, count in counts.items()
    ]
    classes = ", ".join(f"{tried[name]} of {possible[name]} {name}" for name in possible)
    total = f"{tried.total()} of {possible.total()} combinations tried, {failed} do not hold"
    return [*told, f"all scenarios: {total} ({classes})"]


def _added(counts: list[dict[str, int]]) -> Counter[str]:
    return sum((Counter(count) for count in counts), Counter())


def _start(share: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.prove", "--share", share, "--notebook", str(folder)]
    if os.environ.get(SAMPLE):
        command += ["--sample", os.environ[SAMPLE]]
    return subprocess.Popen(command, cwd=ROOT)
