"""A seeded slice of the proofs; `make prove` runs all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.proving import Prover, cases_of, distinct, sample
from tests.prove.drift import Look
from tests.prove.rest import Night
from tests.prove.scenarios import SLICED, BadCanary, FirstRelease, GoodCanary, NextRelease
from tests.prove.soak import soak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.proving import Scenario, Verdict

SEED = 20260105
# A day on which much happens to few.
SOAK_SEED = 1
# A canary's case takes ten times as long as a first release's.
SIZES = {
    FirstRelease.name: 8,
    NextRelease.name: 2,
    GoodCanary.name: 2,
    BadCanary.name: 2,
    Night.name: 6,
    Look.name: 6,
}
KILLS = {
    FirstRelease.name: 2,
    NextRelease.name: 0,
    GoodCanary.name: 1,
    BadCanary.name: 1,
    Night.name: 1,
    Look.name: 2,
}


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    """One sandbox for all scenarios."""
    with Prover(FirstRelease()) as prover:
        yield prover


@pytest.mark.parametrize("scenario", SLICED, ids=lambda scenario: scenario.name)
def test_whatever_fails_everything_holds_afterwards(prover: Prover, scenario: Scenario) -> None:
    prover.scenario = scenario
    calls, moments = prover.survey()
    cases = sample(cases_of(distinct(calls)), SIZES[scenario.name], SEED)
    verdicts = [prover.run(case) for case in cases]
    step = max(len(moments) // (KILLS[scenario.name] + 1), 1)
    for number in range(KILLS[scenario.name]):
        moment = moments[(number + 1) * step % len(moments)]
        verdicts.append(prover.kill(moment, redrive=bool(number % 2)))
    assert not [_told(verdict) for verdict in verdicts if verdict.problems]
    assert all(verdict.hit for verdict in verdicts), "A fault never met its call."


def test_after_a_day_of_everything_nothing_is_lost_and_nothing_left_behind(prover: Prover) -> None:
    """Last, for it leaves the sandbox full; `make prove` soaks a month, fifty endpoints, thrice."""
    soaked = soak(SOAK_SEED, endpoints=3, days=1, sandbox=prover.lend())
    assert soaked.problems == {}
    assert soaked.days == 1
    assert soaked.drops > 3
    assert {"fault", "key rotation"} <= set(soaked.happened)
    assert sum(soaked.outcomes.values()) >= soaked.drops - 1


def _told(verdict: Verdict) -> str:
    return f"{verdict.what}: {verdict.problems}; the ledger says {verdict.reasons}"
