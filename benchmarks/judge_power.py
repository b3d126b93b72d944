"""How often the judge stops a good version, and how soon it stops a bad one, by simulation.

Every bake is looked at as the workflow does: each minute, with what CloudWatch has by then, by the
very functions that judge real releases. Requests are drawn one by one.
`python -m benchmarks.judge_power`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, sqrt
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, Figures, show
from slipway.domain.judge import (
    VariantMinute,
    Verdict,
    judge_step,
    judgeable,
    looks_in,
    worst,
)
from slipway.domain.judge.error_rate import ALPHA as ERROR_ALPHA
from slipway.domain.judge.latency import ALPHA as LATENCY_ALPHA

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BAKE_MINUTES = 10
# The tests together: failures, refusals, and the two of latency, which share one level.
NOMINAL = 2 * ERROR_ALPHA + LATENCY_ALPHA
GOOD_BAKES, BAD_BAKES = 1000, 200
# So long before the first shift the baseline's minutes are known.
HISTORY_MINUTES = 30


@dataclass(frozen=True)
class Wander:
    """How latency varies from minute to minute: a first-order autoregression of its logarithm.

    Parameters
    ----------
    spread : float
        Standard deviation; 0.15 is about 15 %.
    memory : float
        Correlation of a minute with the one before, 0 for independent minutes.
    """

    spread: float = 0.08
    memory: float = 0.0

    def minutes(self, source: random.Random) -> Iterator[float]:
        """Return factors around 1, for ever."""
        state = source.gauss(0, self.spread)
        while True:
            yield exp(state)
            fresh = sqrt(1 - self.memory**2) * source.gauss(0, self.spread)
            state = self.memory * state + fresh


STEADY = Wander()
WANDERING = Wander(0.15, 0.9)


@dataclass(frozen=True)
class Traffic:
    """What a bake is made of.

    Parameters
    ----------
    requests : int
        Requests to the endpoint in a minute.
    share : float
        The canary's part of them, 0 to 1.
    canary, baseline : float
        Their rates of failure.
    slower : float
        How many times slower the canary is.
    """

    requests: int = 1200
    share: float = 0.05
    canary: float = 0.01
    baseline: float = 0.01
    slower: float = 1.0
    wander: Wander = STEADY


def stopped_after(traffic: Traffic, source: random.Random) -> int | None:
    """Return in which minute of a bake the judge stopped the canary; None if it did not."""
    our_latency, their_latency = (traffic.wander.minutes(source) for _ in range(2))
    ours: list[VariantMinute] = []
    theirs = list(_history(traffic, their_latency, source))
    for minute in range(BAKE_MINUTES + 1):
        now = START + timedelta(minutes=minute)
        if _fails(judgeable(ours, now=now, shifts=[START]), theirs):
            return minute
        canary = sum(source.random() < traffic.share for _ in range(traffic.requests))
        latency = traffic.slower * next(our_latency)
        ours.append(_minute(now, canary, traffic.canary, latency, source))
        rest = traffic.requests - canary
        theirs.append(_minute(now, rest, traffic.baseline, next(their_latency), source))
    return None


def _fails(canary: list[VariantMinute], baseline: list[VariantMinute]) -> bool:
    if not canary:
        return False
    looks = looks_in(BAKE_MINUTES * 60)
    usable = [each for each in baseline if each.minute <= canary[-1].minute]
    found = judge_step(canary, usable, bake_began=START, looks=looks)
    return worst(found).verdict is Verdict.FAIL


def _history(
    traffic: Traffic, latency: Iterator[float], source: random.Random
) -> Iterator[VariantMinute]:
    for back in range(HISTORY_MINUTES, 0, -1):
        moment = START - timedelta(minutes=back)
        yield _minute(moment, traffic.requests, traffic.baseline, next(latency), source)


def _minute(
    moment: datetime, requests: int, rate: float, latency: float, source: random.Random
) -> VariantMinute:
    errors = sum(source.random() < rate for _ in range(requests))
    tail = 60_000 * latency * source.lognormvariate(0, STEADY.spread)
    return VariantMinute(moment, requests, errors, 20_000 * latency, tail=tail)


def stopped(traffic: Traffic, bakes: int, seed: int = 1) -> float:
    """Return the share of bakes in which the canary is stopped."""
    source = random.Random(seed)
    return sum(stopped_after(traffic, source) is not None for _ in range(bakes)) / bakes


def power(share: float, bakes: int = BAD_BAKES, seed: int = 2) -> tuple[float, float]:
    """Return how often 3 % failures instead of 1 % are seen in a bake, and after how long."""
    source, traffic = random.Random(seed), Traffic(share=share, canary=0.03)
    stops = [stopped_after(traffic, source) for _ in range(bakes)]
    seen = [minute for minute in stops if minute is not None]
    return len(seen) / bakes, median(seen) if seen else float("nan")


def figures() -> Figures:
    """Simulate."""
    words = f"nominal level; {GOOD_BAKES} bakes"
    wanders = f"latency wanders by {WANDERING.spread:.0%}, minutes correlate by {WANDERING.memory}"
    good, restless = stopped(Traffic(), GOOD_BAKES), stopped(Traffic(wander=WANDERING), GOOD_BAKES)
    slow = stopped(Traffic(slower=3.0, wander=WANDERING), BAD_BAKES)
    found = {
        "good versions stopped": Figure.at_most(round(100 * good, 2), "%", 100 * NOMINAL, words),
        "good versions stopped, restless latency": Figure.at_most(
            round(100 * restless, 2), "%", 100 * NOMINAL, wanders
        ),
        "3 x slower seen in one bake, restless latency": Figure(round(100 * slow, 1), "%", wanders),
    }
    for share in (0.05, 0.25, 0.5):
        seen, minutes = power(share)
        words = f"1,200 requests a minute; after {minutes:g} minutes in the median"
        name = f"failures 1 % -> 3 % seen in one bake at {share:.0%}"
        found[name] = Figure(round(100 * seen, 1), "%", words)
    return found


if __name__ == "__main__":
    show(figures())
