"""Tells whether the canary fails more often than the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.judge.sequential import Counts, evidence
from slipway.domain.judge.verdict import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.judge.measurement import VariantMinute

# A good canary is rolled back by this test with at most this probability, however long it is
# watched.
ALPHA = 0.01

# With fewer requests, even a canary that fails every tenth time looks like a good one too often.
MINIMUM_REQUESTS = 50


def judge_error_rate(  # noqa: PLR0913 - both samples, and the limits by keyword
    canary: Sequence[VariantMinute],
    baseline: Sequence[VariantMinute],
    *,
    tolerance: float = 0.005,
    minimum_requests: int = MINIMUM_REQUESTS,
    alpha: float = ALPHA,
    since: datetime | None = None,
) -> Judgement:
    """Judge all minutes since the canary got its first weight.

    Parameters
    ----------
    canary, baseline
        Closed minutes in the order of time.
    tolerance
        By how much the canary's rate of failure may exceed the baseline's, 0 to 1.
    minimum_requests
        Requests to either variant below which nothing passes.
    alpha
        The highest probability of a false FAIL over the whole series.
    since
        The beginning of the bake: what the canary did before it counts against the canary, but
        nothing passes for requests that came before. Without it the whole series is the bake.
    """
    found = evidence(_pair(canary, baseline), tolerance)
    requests, errors = _totals(canary)
    base_requests, base_errors = _totals(baseline)
    numbers = {
        "e_value": found,
        "threshold": 1 / alpha,
        "canary": {"requests": requests, "errors": errors},
        "baseline": {"requests": base_requests, "errors": base_errors},
        "tolerance": tolerance,
    }
    told = (
        f"the canary failed {_rate(errors, requests)} of {requests} requests, the baseline "
        f"{_rate(base_errors, base_requests)} of {base_requests}"
    )
    if found >= 1 / alpha:
        reason = f"More errors than the baseline plus {tolerance:.1%}: {told}."
        return Judgement("error-rate", Verdict.FAIL, reason, numbers)
    fresh, _ = _totals([each for each in canary if since is None or each.minute >= since])
    if min(fresh, base_requests) < minimum_requests:
        reason = (
            f"Too few requests to tell (at least {minimum_requests} wanted of each, the canary had "
            f"{fresh} in this bake): {told}."
        )
        return Judgement("error-rate", Verdict.INCONCLUSIVE, reason, numbers)
    return Judgement("error-rate", Verdict.PASS, f"No more errors than allowed: {told}.", numbers)


def _pair(canary: Sequence[VariantMinute], baseline: Sequence[VariantMinute]) -> list[Counts]:
    by_minute = {minute.minute: minute for minute in baseline}
    counts = []
    for minute in canary:
        beside = by_minute.get(minute.minute)
        requests, errors = (beside.requests, beside.errors) if beside else (0, 0)
        counts.append(Counts(requests, errors, minute.requests, minute.errors))
    return counts


def _totals(minutes: Sequence[VariantMinute]) -> tuple[int, int]:
    return sum(minute.requests for minute in minutes), sum(minute.errors for minute in minutes)


def _rate(errors: int, requests: int) -> str:
    return f"{errors / requests:.2%}" if requests else "none"
