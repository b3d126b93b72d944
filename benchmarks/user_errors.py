"""How many user requests a subtly bad version fails: judged by Slipway, or guarded by SageMaker.

A model of both, without an account: the same requests, the same first step and bake, the
same delays of CloudWatch. Slipway decides with the functions that judge real releases; its alarms
on the canary, which may ring sooner, are left out. SageMaker's
guardrail with an alarm on Invocation5XXErrors, Average > 2 %, 1 of 1 at 60 s, missing data
`missing`. The alarm is given the best it can have: the new fleet's own metrics, by the dimension
EndpointConfigName. On the variant's metrics both fleets are counted together, and the errors
of a small first step stay below every sensible threshold. `python -m benchmarks.user_errors`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from math import ceil
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, Figures, show
from benchmarks.judge_power import BAKE_MINUTES, Traffic, stopped_after
from slipway.domain.judge import Verdict, worst
from slipway.domain.replay import CapturedRequest, Replayed, judge_before_users

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = 20
ERRORS = 0.05
FIRST_STEP = 0.05
REQUESTS = 1200
REPLAYED = 200
THRESHOLD = 0.02
HEALTHY = 0.0005
# Of the guardrail's failed requests on this fleet, Slipway lets at most this part through.
COMPARED, WITHIN = 20, 1 / 3
# CloudWatch has a minute's numbers so long after its end; alarms are evaluated once a minute.
LATE_SECONDS = (60.0, 120.0)
EVALUATED_SECONDS = (0.0, 60.0)
# From the decision until the last request has left the bad version, for both.
TURN_SECONDS = 15.0


@dataclass(frozen=True)
class Case:
    """One subtly bad version on one endpoint.

    Parameters
    ----------
    fleet : int
        Instances that serve.
    """

    fleet: int
    requests: int = REQUESTS

    @property
    def guarded_share(self) -> float:
        """SageMaker's first step: whole instances, so that of 2 it is a half."""
        return ceil(FIRST_STEP * self.fleet) / self.fleet


def guarded(case: Case, source: random.Random, *, own_metrics: bool = True) -> int:
    """Return the failed user requests of a deployment guarded by the alarm.

    Parameters
    ----------
    own_metrics : bool
        Whether the alarm watches the new fleet alone, and not both fleets together.
    """
    failed = 0
    for minute in range(2 * BAKE_MINUTES):
        share = case.guarded_share if minute < BAKE_MINUTES else 1.0
        ours, total = _minute(case, share, source)
        failed += ours
        counted = share * case.requests if own_metrics else case.requests
        if (ours if own_metrics else total) > THRESHOLD * counted:
            delay = source.uniform(*LATE_SECONDS) + source.uniform(*EVALUATED_SECONDS)
            return failed + _during(case, share, delay + TURN_SECONDS, source)
    return failed


def judged(case: Case, source: random.Random, *, replay: bool = True) -> int:
    """Return the failed user requests of a release that is judged by Slipway.

    Parameters
    ----------
    replay : bool
        Whether captured requests were there to be replayed before users.
    """
    if replay and refused_before_users(source):
        return 0
    failed, share = 0, FIRST_STEP
    for weight in (FIRST_STEP, 0.25, 0.5, 1.0):
        share = weight
        traffic = Traffic(case.requests, share, ERRORS, HEALTHY)
        stopped = stopped_after(traffic, source)
        minutes = BAKE_MINUTES if stopped is None else stopped
        failed += _during(case, share, 60.0 * minutes, source)
        if stopped is not None:
            break
    return failed + _during(case, share, TURN_SECONDS, source)


def refused_before_users(source: random.Random) -> bool:
    """Tell whether the replay refuses the version: every answer was right before."""
    known = CapturedRequest("1", "", b"1,2", "text/csv", b"0.5", "text/csv")
    results = [
        Replayed(known, error="HTTP 500")
        if source.random() < ERRORS
        else Replayed(known, b"0.6", "text/csv")
        for _ in range(REPLAYED)
    ]
    return worst(judge_before_users([], results)).verdict is Verdict.FAIL


def _minute(case: Case, share: float, source: random.Random) -> tuple[int, int]:
    """Return the failed requests of the bad version and of both together."""
    ours = round(share * case.requests)
    bad = sum(source.random() < ERRORS for _ in range(ours))
    healthy = sum(source.random() < HEALTHY for _ in range(case.requests - ours))
    return bad, bad + healthy


def _during(case: Case, share: float, seconds: float, source: random.Random) -> int:
    requests = round(share * case.requests * seconds / 60)
    return sum(source.random() < ERRORS for _ in range(requests))


def figures() -> Figures:
    """Simulate."""
    found: Figures = {}
    for fleet in (COMPARED, 2):
        case = Case(fleet)
        ours = _median(partial(judged, case))
        blind = _median(partial(judged, case, replay=False))
        own = _median(partial(guarded, case))
        both = _median(partial(guarded, case, own_metrics=False))
        name = f"failed user requests, 5 % errors, fleet of {fleet}, modelled"
        guard = f"managed {own:g}; its alarm on both fleets together: {both:g}"
        kept = fleet != COMPARED or ours <= WITHIN * own
        found[name] = Figure(ours, "requests", guard, kept)
        found[f"{name}, nothing captured"] = Figure(blind, "requests", guard)
    return found


def _median(run: Callable[[random.Random], int]) -> float:
    return float(median(run(random.Random(seed)) for seed in range(SEEDS)))


if __name__ == "__main__":
    show(figures())
