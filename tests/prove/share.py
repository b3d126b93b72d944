"""What one of several processes proves of a scenario."""

from __future__ import annotations

from functools import partial
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
        mine = (
            (kind, attempt)
            for kind, found in attempts.items()
            for attempt in found
            if crc32(f"{name} {attempt}".encode()) % self._of == self._number - 1
        )
        return sum(self._prove(name, kind, attempt) for kind, attempt in mine)

    def _prove(self, name: str, kind: str, attempt: Attempt) -> int:
        failed = 0
        known = partial(self._is_known, name)
        for tried, verdict in self._prover.trials(attempt, known):
            self._notebook.write(name, kind, verdict, tried.stands_for)
            for problem in verdict.problems:
                print(f"{name}: {verdict.what}: {problem}", flush=True)
            failed += bool(verdict.problems)
        return failed

    def _is_known(self, name: str, attempt: Attempt) -> bool:
        return self._notebook.holds(name, str(attempt))
