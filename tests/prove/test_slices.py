"""A seeded slice of the proofs; `make prove` runs all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.proving import Prover, sample
from tests.prove.drift import Look
from tests.prove.keeping import StrayAlarm
from tests.prove.releases import FirstRelease, GoodCanary, NextRelease
from tests.prove.rest import Night
from tests.prove.scenarios import SLICED
from tests.prove.setbacks import BadCanary
from tests.prove.soak import soak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.proving import Scenario, Verdict

SEED = 20260105
# A day on which much happens to few.
SOAK_SEED = 1
# How many of each class; a canary's case takes ten times as long as a first release's.
SIZES = {
    FirstRelease.name: {
        "calls": 8,
        "brownouts": 2,
        "functions": 3,
        "events": 2,
        "hosting": 1,
        "kills": 2,
    },
    NextRelease.name: {"calls": 2},
    GoodCanary.name: {"calls": 2, "events": 1, "kills": 1},
    BadCanary.name: {"calls": 2, "kills": 1},
    Night.name: {"calls": 6, "functions": 1, "kills": 1},
    Look.name: {"calls": 6, "functions": 1, "kills": 2},
    StrayAlarm.name: {"calls": 1, "functions": 1, "events": 1},
}


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    """One sandbox for all scenarios."""
    with Prover(FirstRelease()) as prover:
        yield prover


@pytest.mark.parametrize("scenario", SLICED, ids=lambda scenario: scenario.name)
def test_whatever_fails_everything_holds_afterwards(prover: Prover, scenario: Scenario) -> None:
    prover.scenario = scenario
    survey, sizes = prover.survey(), SIZES[scenario.name]
    verdicts = [
        verdict
        for name, found in survey.distinct().attempts().items()
        for each in sample(found, sizes.get(name, 0), SEED)
        for _, verdict in prover.trials(each)
    ]
    assert not [_told(verdict) for verdict in verdicts if verdict.problems]
    assert all(verdict.hit for verdict in verdicts), "Something never came to pass."


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
