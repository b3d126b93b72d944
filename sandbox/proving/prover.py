"""Runs a scenario: untouched to enumerate its calls, then once for each case."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Self
from zlib import crc32

from sandbox.proving import ledger
from sandbox.proving.cleaning import lift
from sandbox.proving.keeper import Keeper
from sandbox.proving.remedy import await_cleaning, redrive_unfinished
from sandbox.proving.survey import Survey, survey_of
from sandbox.proving.verdict import Verdict, verdict_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.proving.attempt import Attempt
    from sandbox.proving.scenario import Scenario
    from sandbox.proving.world import World
    from sandbox.testing import Sandbox


class Prover:
    """Keeps a sandbox for many cases; use it as a context manager.

    Attributes
    ----------
    scenario
        May be changed between two cases; the next one has to be surveyed before it is run.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._keeper = Keeper()
        self._untouched = Verdict("untouched")

    def survey(self) -> Survey:
        """Return what happens in the untouched scenario.

        Raises
        ------
        AssertionError
            It does not even hold untouched, or takes other workflows than it says.
        """
        # How long an endpoint takes goes by its name, and surveys in all processes have to agree.
        world = self._begin(f"s{crc32(self.scenario.name.encode()):010d}")
        self.scenario.act(world)
        self.scenario.conclude(world)
        survey = survey_of(world)
        verdict = verdict_of(self.scenario, world, "untouched")
        self._keeper.end()
        missing = self.scenario.workflows - survey.workflows
        verdict.problems += [f"{name} never ran" for name in sorted(missing)]
        if verdict.problems:
            raise AssertionError(f"{self.scenario.name}, untouched: {verdict.problems}")
        self._untouched = verdict
        return survey

    def trials(
        self, attempt: Attempt, is_known: Callable[[Attempt], bool] = lambda _: False
    ) -> Iterator[tuple[Attempt, Verdict]]:
        """Run an attempt; where it stands for many and does not hold, what it stands for.

        Parameters
        ----------
        is_known
            Tells what needs not be run.
        """
        if is_known(attempt):
            return
        verdict = self.run(attempt)
        if not (verdict.problems and attempt.apart()):
            yield attempt, verdict
            return
        for part in attempt.apart():
            yield from self.trials(part, is_known)

    def run(self, attempt: Attempt) -> Verdict:
        """Run one attempt; where a loop ended before its place, the same at an earlier turn."""
        verdict = self._disturb(attempt)
        verdict.problems += attempt.objections(verdict, self._untouched)
        if verdict.hit:
            return verdict
        earlier = attempt.earlier()
        if earlier is not None and not verdict.problems:
            return replace(self.run(earlier), what=str(attempt))
        verdict.problems.append("it never came to pass")
        return verdict

    def _disturb(self, attempt: Attempt) -> Verdict:
        """Run the scenario with something that goes wrong."""
        began = time.perf_counter()
        world = self._begin()
        attempt.inject(world)
        try:
            self.scenario.act(world)
            struck = attempt.strike(world)
            self.scenario.conclude(world)
            if attempt.lingers:
                world.sandbox.advance(attempt.lingers)
                self.scenario.conclude(world)
            hit = struck or attempt.met(world)
            verdict = self._remedied(attempt, world)
            verdict.hit = hit
        except TimeoutError as error:
            verdict = Verdict(str(attempt), hit=True, problems=[str(error)])
        verdict.seconds = time.perf_counter() - began
        self._keeper.end()
        return verdict

    def _remedied(self, attempt: Attempt, world: World) -> Verdict:
        """Return what it comes to once nothing goes wrong any more."""
        lift(world.sandbox)
        neglected = attempt.mend(world)
        redriven = redrive_unfinished(world, self.scenario.conclude)
        await_cleaning(world, self.scenario.conclude)
        outcome = ledger.read(world.sandbox).outcome_of(world.endpoint)
        if attempt.anew and outcome != self._untouched.outcomes[-1]:
            self.scenario.act(world)
            self.scenario.conclude(world)
        verdict = verdict_of(self.scenario, world, str(attempt))
        verdict.redriven = redriven
        verdict.problems += neglected
        return verdict

    def lend(self) -> Sandbox:
        """Return the sandbox for something else, with nothing left of the cases before."""
        return self._keeper.lend()

    def close(self) -> None:
        """Stop the sandbox."""
        self._keeper.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _begin(self, endpoint: str | None = None) -> World:
        world = self._keeper.world(endpoint)
        self.scenario.prepare(world)
        world.begin()
        return world
