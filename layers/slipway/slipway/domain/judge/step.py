"""Judges one step of a release: failures, refusals, latency, and what users measure."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from slipway.domain.judge.custom import judge_custom
from slipway.domain.judge.error_rate import judge_error_rate
from slipway.domain.judge.latency import ALPHA, MINIMUM_MINUTES, SLOWER, judge_latency
from slipway.domain.judge.pairing import baseline_beside, latest_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.judge.custom_metric import CustomMetric
    from slipway.domain.judge.measurement import VariantMinute
    from slipway.domain.judge.verdict import Judgement

# The judgements by tests that may be looked at for ever.
ANYTIME_VALID = frozenset({"error-rate", "refusals", "measurement"})

# By how much the canary's share of failed requests may exceed the baseline's.
ERROR_TOLERANCE = 0.005


def judge_step(  # noqa: PLR0913 - what is compared, and the tolerances by keyword
    canary: Sequence[VariantMinute],
    baseline: Sequence[VariantMinute],
    *,
    bake_began: datetime,
    looks: int,
    errors: float = ERROR_TOLERANCE,
    slower: float = SLOWER,
    custom: Sequence[CustomMetric] = (),
) -> list[Judgement]:
    """Judge a step by all that is known; `worst` of it decides.

    Evidence of failures adds up over the whole release: a canary that fails a little too often
    at 5 % does not begin anew at 25 %. Latency depends on the load, so that it is compared within
    the bake, with earlier minutes only where those of the bake are too few. Nothing passes without
    requests of its own bake: what was good at 5 % says nothing about a step that nobody used.

    Parameters
    ----------
    canary, baseline : sequence of VariantMinute
        Judgeable minutes in the order of time: the canary's since its first weight; the
        baseline's from as long before that as a bake takes, for when no traffic is left to it.
    bake_began : datetime
        When this step's weight was reached.
    looks : int
        How often latency is judged during the bake; see `looks_in`.
    errors : float
        By how much the canary's rate of failures, and that of refusals, may exceed the baseline's.
    slower : float
        How many times slower the canary may be.
    custom : sequence of CustomMetric
        The custom metrics that the minutes hold, in their order.
    """
    beside = baseline_beside(canary, baseline)
    failures = judge_error_rate(canary, beside, tolerance=errors, since=bake_began)
    refusals = judge_error_rate(
        _by_refusals(canary), _by_refusals(beside), tolerance=errors, since=bake_began
    )
    return [
        failures,
        _renamed(refusals, "refusals", "Requests refused with HTTP 4xx"),
        *_latency(canary, baseline, bake_began, looks, slower),
        *judge_custom(custom, canary, baseline, since=bake_began, looks=looks),
    ]


def _by_refusals(minutes: Sequence[VariantMinute]) -> list[VariantMinute]:
    """Return minutes with answers of HTTP 4xx as their failures.

    They are the callers' mistakes, but callers do not choose the variant: mistakes meet both
    alike, and what only the canary refuses is the canary's doing.
    """
    return [replace(minute, errors=minute.refused) for minute in minutes]


def _latency(
    canary: Sequence[VariantMinute],
    baseline: Sequence[VariantMinute],
    since: datetime,
    looks: int,
    slower: float,
) -> list[Judgement]:
    ours = latest_of(canary, since=since)
    theirs = latest_of(baseline, since=since, wanted=max(MINIMUM_MINUTES, len(ours)))
    # Two tests share what one bake may spend on false alarms.
    judged = partial(judge_latency, looks=looks, slower=slower, alpha=ALPHA / 2, since=since)
    usual = judged(ours, theirs, history=baseline)
    if not any(minute.tail is not None for minute in [*ours, *theirs]):
        return [usual]
    tail = judged(_by_tail(ours), _by_tail(theirs), history=_by_tail(baseline))
    return [usual, _renamed(tail, "tail-latency", "Slowest requests (p95)")]


def _renamed(judged: Judgement, metric: str, what: str) -> Judgement:
    reason = f"{what}: {judged.reason[0].lower()}{judged.reason[1:]}"
    return replace(judged, metric=metric, reason=reason)


def _by_tail(minutes: Sequence[VariantMinute]) -> list[VariantMinute]:
    return [replace(minute, latency=minute.tail) for minute in minutes]
