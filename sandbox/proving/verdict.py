"""What a case came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.proving import ledger
from sandbox.proving.crashing import failures_of
from sandbox.proving.invariants import violations

if TYPE_CHECKING:
    from sandbox.proving.scenario import Scenario
    from sandbox.proving.world import World


@dataclass
class Verdict:
    """What a case came to.

    Attributes
    ----------
    outcomes
        The ledger's outcome of each release, the oldest first.
    hit
        Whether it came to pass.
    redriven
        How many executions had to be redriven once the fault was over.
    reasons
        Why, in the ledger's words.
    failed
        How often each function failed.
    problems
        What does not hold: none in a proof.
    """

    what: str
    outcomes: list[str] = field(default_factory=list)
    hit: bool = False
    redriven: int = 0
    reasons: list[str] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def other_outcome(self, disturbed: Verdict) -> list[str]:
        """Return whether something disturbed came to another outcome, in words."""
        same = disturbed.outcomes == self.outcomes
        return [] if same else [f"{disturbed.outcomes} instead of {self.outcomes}"]


def verdict_of(scenario: Scenario, world: World, what: str) -> Verdict:
    """Return what a case has come to."""
    releases = ledger.read(world.sandbox).releases_of(world.endpoint)
    problems = [str(each) for each in violations(world.sandbox)]
    problems += world.lost
    problems += scenario.judge(world, releases)
    return Verdict(
        what,
        [str(each.get("outcome")) for each in releases],
        reasons=[str(each.get("reason")) for each in releases],
        failed=failures_of(world.invocations),
        problems=problems,
    )
