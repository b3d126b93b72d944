"""What one of several processes proves of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from sandbox.proving import Attempt, Prover
    from tests.prove.notebook import Notebook


class Share:
    """One of so many shares.

    Parameters
    ----------
    notebook
        Where verdicts are kept; what it holds already is not run again.
    number
        Counted from 1.
    """

    def __init__(self, prover: Prover, notebook: Notebook, number: int, of: int) -> None:
        self._prover = prover
        self._notebook = notebook
        self._number = number
        self._of = of

    def prove(self, attempts: dict[str, list[Attempt]]) -> int:
        """Run what is this share's; return how many do not hold."""
        name = self._prover.scenario.name
        return sum(
            self._prove(kind, attempt)
            for kind, found in attempts.items()
            for attempt in found
            if crc32(f"{name} {attempt}".encode()) % self._of == self._number - 1
        )

    def _prove(self, kind: str, attempt: Attempt) -> int:
        name = self._prover.scenario.name
        if self._notebook.holds(name, str(attempt)):
            return 0
        verdict = self._prover.run(attempt)
        if verdict.problems and (parts := attempt.apart()):
            return sum(self._prove(kind, each) for each in parts)
        for problem in verdict.problems:
            print(f"{name}: {verdict.what}: {problem}", flush=True)
        self._notebook.write(name, kind, verdict, attempt.stands_for)
        return bool(verdict.problems)
