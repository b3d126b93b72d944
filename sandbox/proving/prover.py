"""Runs a scenario: untouched to enumerate its calls, then once for each case."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from sandbox.proving import ledger
from sandbox.proving.cleaning import lift
from sandbox.proving.crashing import RETRIED
from sandbox.proving.keeper import Keeper
from sandbox.proving.killing import Moment, kill
from sandbox.proving.remedy import await_cleaning, redrive_unfinished
from sandbox.proving.survey import Survey, survey_of
from sandbox.proving.verdict import Verdict, verdict_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.proving.attempt import Attempt
    from sandbox.proving.scenario import Scenario
    from sandbox.proving.world import World
    from sandbox.testing import Sandbox


class Prover:
    """Keeps a sandbox for many cases; use it as a context manager.

    Attributes
    ----------
    scenario
        May be changed between two cases.
    expected
        The outcome of the scenario that nothing disturbs, once it was surveyed.
    """

    expected: str = ""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._keeper = Keeper()
        self._outcomes: list[str] = []

    def survey(self) -> Survey:
        """Return what happens in the untouched scenario.

        Raises
        ------
        AssertionError
            It does not even hold untouched, or takes other workflows than it says.
        """
        world = self._begin()
        self.scenario.act(world)
        self.scenario.conclude(world)
        survey = survey_of(world)
        verdict = verdict_of(self.scenario, world, "untouched")
        self._keeper.end()
        missing = self.scenario.workflows - survey.workflows
        verdict.problems += [f"{name} never ran" for name in sorted(missing)]
        if verdict.problems:
            raise AssertionError(f"{self.scenario.name}, untouched: {verdict.problems}")
        self.expected = verdict.outcomes[-1]
        self._outcomes = verdict.outcomes
        return survey

    def run(self, attempt: Attempt) -> Verdict:
        """Run one attempt; where a loop ended before its place, the same at an earlier turn."""
        verdict = self.disturb(
            str(attempt), before=attempt.inject, met=attempt.met, lingers=attempt.lingers
        )
        if attempt.harmless and verdict.outcomes != self._outcomes:
            verdict.problems.append(f"{verdict.outcomes} instead of {self._outcomes}")
        if verdict.hit:
            return verdict
        earlier = attempt.earlier()
        if earlier is not None and not verdict.problems:
            return self.run(earlier)
        verdict.problems.append("it never came to pass")
        return verdict

    def kill(self, moment: Moment, *, redrive: bool) -> Verdict:
        """Stop an execution in a state; redrive it at once, or leave it to Slipway's recovery.

        Recovery may have gone back before a redrive. Dropped once more, it comes to what it comes
        to undisturbed either way.
        """
        what = f"{moment} {'redriven' if redrive else 'left to recovery'}"
        verdict = self.disturb(
            what,
            after=lambda world: kill(world, moment, redrive=redrive),
            lingers=RETRIED,
            anew=True,
        )
        if not verdict.hit:
            verdict.problems.append("no execution ever came to that moment")
        if verdict.redriven:
            verdict.problems.append(f"{verdict.redriven} executions had to be redriven by hand")
        if verdict.outcomes[-1:] != [self.expected]:
            verdict.problems.append(f"{verdict.outcomes} instead of {self.expected}")
        return verdict

    def disturb(  # noqa: PLR0913 - what differs between classes of disturbances
        self,
        what: str,
        *,
        before: Callable[[World], None] = lambda _: None,
        after: Callable[[World], bool] = lambda _: False,
        met: Callable[[World], bool] = lambda _: False,
        lingers: float = 0.0,
        anew: bool = False,
    ) -> Verdict:
        """Run the scenario with what functions do to it just before it acts, and just after.

        Parameters
        ----------
        after
            Tells whether it did anything.
        met
            Tells in the end whether what was prepared before came to pass.
        lingers
            For how many seconds after the scenario something of it may still come.
        anew
            Whether the scenario acts once more when Slipway went back because of it.
        """
        began = time.perf_counter()
        world = self._begin()
        before(world)
        try:
            self.scenario.act(world)
            done = after(world)
            self.scenario.conclude(world)
            if lingers:
                world.sandbox.advance(lingers)
                self.scenario.conclude(world)
            hit = done or met(world)
            verdict = self._remedied(what, world, hit, anew)
        except TimeoutError as error:
            verdict = Verdict(what, hit=True, problems=[str(error)])
        verdict.seconds = time.perf_counter() - began
        self._keeper.end()
        return verdict

    def _remedied(self, what: str, world: World, hit: bool, anew: bool) -> Verdict:
        """Return what it comes to once nothing goes wrong any more."""
        lift(world.sandbox)
        redriven = redrive_unfinished(world, self.scenario.conclude)
        await_cleaning(world, self.scenario.conclude)
        if anew and ledger.read(world.sandbox).outcome_of(world.endpoint) != self.expected:
            self.scenario.act(world)
            self.scenario.conclude(world)
        verdict = verdict_of(self.scenario, world, what)
        verdict.hit, verdict.redriven = hit, redriven
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

    def _begin(self) -> World:
        world = self._keeper.world()
        self.scenario.prepare(world)
        world.begin()
        return world
