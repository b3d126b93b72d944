"""How often the judge stops a good version, and how soon it stops a bad one, by simulation.

Every bake is looked at as the workflow does: each minute, with what CloudWatch has by then, by the
very functions that judge real releases. Requests are drawn one by one.
`python -m benchmarks.judge_power`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

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

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BAKE_MINUTES = 10
# The tests together: failures, refusals, and the two of latency, which share one level.
NOMINAL = 2 * ERROR_ALPHA + LATENCY_ALPHA
GOOD_BAKES, BAD_BAKES = 1000, 200
_SPREAD = 0.08


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
    """

    requests: int = 1200
    share: float = 0.05
    canary: float = 0.01
    baseline: float = 0.01


def stopped_after(traffic: Traffic, source: random.Random) -> int | None:
    """Return in which minute of a bake the judge stopped the canary; None if it did not."""
    ours: list[VariantMinute] = []
    theirs: list[VariantMinute] = []
    for minute in range(BAKE_MINUTES + 1):
        now = START + timedelta(minutes=minute)
        if _fails(judgeable(ours, now=now, shifts=[START]), theirs):
            return minute
        canary = sum(source.random() < traffic.share for _ in range(traffic.requests))
        ours.append(_minute(now, canary, traffic.canary, source))
        theirs.append(_minute(now, traffic.requests - canary, traffic.baseline, source))
    return None


def _fails(canary: list[VariantMinute], baseline: list[VariantMinute]) -> bool:
    if not canary:
        return False
    looks = looks_in(BAKE_MINUTES * 60)
    usable = [each for each in baseline if each.minute <= canary[-1].minute]
    found = judge_step(canary, usable, bake_began=START, looks=looks)
    return worst(found).verdict is Verdict.FAIL


def _minute(moment: datetime, requests: int, rate: float, source: random.Random) -> VariantMinute:
    errors = sum(source.random() < rate for _ in range(requests))
    usual = 20_000 * source.lognormvariate(0, _SPREAD)
    tail = 60_000 * source.lognormvariate(0, 2 * _SPREAD)
    return VariantMinute(moment, requests, errors, usual, tail=tail)


def false_rollbacks(bakes: int = GOOD_BAKES, seed: int = 1) -> float:
    """Return the share of bakes in which an equally good canary is stopped."""
    source = random.Random(seed)
    return sum(stopped_after(Traffic(), source) is not None for _ in range(bakes)) / bakes


def power(share: float, bakes: int = BAD_BAKES, seed: int = 2) -> tuple[float, float]:
    """Return how often 3 % failures instead of 1 % are seen in a bake, and after how long."""
    source, traffic = random.Random(seed), Traffic(share=share, canary=0.03)
    stops = [stopped_after(traffic, source) for _ in range(bakes)]
    seen = [minute for minute in stops if minute is not None]
    return len(seen) / bakes, median(seen) if seen else float("nan")


def figures() -> Figures:
    """Simulate."""
    words = f"nominal level; {GOOD_BAKES} bakes"
    stopped = Figure.at_most(round(100 * false_rollbacks(), 2), "%", 100 * NOMINAL, words)
    found = {"good versions stopped": stopped}
    for share in (0.05, 0.25, 0.5):
        seen, minutes = power(share)
        words = f"1,200 requests a minute; after {minutes:g} minutes in the median"
        name = f"failures 1 % -> 3 % seen in one bake at {share:.0%}"
        found[name] = Figure(round(100 * seen, 1), "%", words)
    return found


if __name__ == "__main__":
    show(figures())
