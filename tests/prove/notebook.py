"""What is proved so far, line by line: the whole takes hours, and goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.proving import Attempt, Verdict

# What Slipway is. A proof of anything else is a proof of something else.
_PRODUCT = ("template.yaml", "network.yaml", "functions", "layers", "statemachines")


class Entry(NamedTuple):
    """A verdict as it is kept.

    Attributes
    ----------
    kind
        The class of what went wrong, as surveys name them.
    stands_for
        How many combinations it proves.
    """

    scenario: str
    kind: str
    what: str
    stands_for: int
    outcome: str
    redriven: bool
    seconds: float
    problems: list[str]


class Notebook:
    """The verdicts of all processes that prove one state of Slipway.

    Parameters
    ----------
    folder
        One file for each process, which alone adds to it.
    name
        The file of this process.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._own, self._plan = folder / f"{name}.jsonl", folder / f"{name}.plan.json"
        self._planned: dict[str, dict[str, int]] = {}
        self._held = {(each.scenario, each.what) for each in entries(folder) if not each.problems}

    def holds(self, scenario: str, what: str) -> bool:
        """Tell whether a case was seen to hold; what did not hold is tried again."""
        return (scenario, what) in self._held

    def plan(self, scenario: str, attempts: dict[str, list[Attempt]]) -> None:
        """Keep how many combinations of each class there are to be proved of a scenario."""
        self._planned[scenario] = {
            kind: sum(each.stands_for for each in found) for kind, found in attempts.items()
        }
        self._plan.write_text(json.dumps(self._planned, indent=1) + "\n")

    def write(self, scenario: str, kind: str, verdict: Verdict, stands_for: int) -> None:
        """Keep a verdict."""
        outcome = verdict.outcomes[-1] if verdict.outcomes else ""
        entry = Entry(
            scenario,
            kind,
            verdict.what,
            stands_for,
            outcome,
            verdict.redriven > 0,
            round(verdict.seconds, 1),
            verdict.problems,
        )
        with self._own.open("a") as file:
            file.write(json.dumps(entry._asdict()) + "\n")


def entries(folder: Path) -> list[Entry]:
    """Return what is kept in a folder, of each case the newest."""
    found = {(each.scenario, each.what): each for each in _lines(folder)}
    return list(found.values())


def state_of(root: Path) -> str:
    """Return what tells one state of Slipway from every other one."""
    digest = hashlib.sha256()
    for path in sorted(_files(root)):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _files(root: Path) -> Iterator[Path]:
    for name in _PRODUCT:
        place = root / name
        found = [place] if place.is_file() else place.rglob("*")
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)


def _lines(folder: Path) -> Iterator[Entry]:
    # A file that is written later has later verdicts.
    for path in sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime):
        for line in path.read_text().splitlines(keepends=True):
            # Whoever wrote may have been stopped amid the last one.
            if line.endswith("\n"):
                yield Entry(**json.loads(line))
