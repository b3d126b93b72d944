"""Tells whether the canary is slower than the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.judge.mann_whitney import is_larger
from slipway.domain.judge.verdict import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.judge.measurement import VariantMinute

# The highest probability of a false FAIL over one bake, shared out to the looks during it.
ALPHA = 0.05

# A difference counts only if it is large as well as certain: this many times slower in the
# median of the minutes …
SLOWER = 1.25
# … and slower in nearly every pair of minutes (Cliff's delta; 0.474 is called large).
DELTA = 0.6

# A step may be judged with earlier minutes of the canary, but not without any of its own.
FRESH_MINUTES = 2

# With fewer minutes of each variant the smallest possible p-value is above what one look may use.
MINIMUM_MINUTES = 5


def judge_latency(  # noqa: PLR0913 - both samples, and the limits by keyword
    canary: Sequence[VariantMinute],
    baseline: Sequence[VariantMinute],
    *,
    looks: int,
    slower: float = SLOWER,
    alpha: float = ALPHA,
    since: datetime | None = None,
    history: Sequence[VariantMinute] = (),
) -> Judgement:
    """Judge the closed minutes of one bake by a percentile of each.

    The rank test takes minutes for independent, and those of a real endpoint are not: each
    resembles the one before. So a canary counts as slower only if it is slower than the baseline
    was at its own worst, in as many minutes on end.

    Parameters
    ----------
    canary, baseline
        Closed minutes; those without requests are left out.
    looks
        How often this is asked during the bake, at most: each look may use `alpha / looks`.
    slower
        How many times slower the canary may be.
    since
        The beginning of the bake: without minutes of its own nothing passes.
    history
        All minutes of the baseline that are known, those of `baseline` among them.
    """
    from statistics import median

    ours, theirs = _latencies(canary), _latencies(baseline)
    fresh = _latencies([each for each in canary if since is None or each.minute >= since])
    if min(len(ours), len(theirs)) < MINIMUM_MINUTES or len(fresh) < FRESH_MINUTES:
        reason = (
            f"Too few minutes with requests to compare latency ({len(ours)} of the canary, "
            f"{len(fresh)} of them in this bake, {len(theirs)} of the baseline; {MINIMUM_MINUTES} "
            f"of each and {FRESH_MINUTES} in this bake wanted)."
        )
        return Judgement("latency", Verdict.INCONCLUSIVE, reason)
    # A model that answers within a microsecond counts as one that takes one.
    found, ratio = is_larger(ours, theirs), median(ours) / max(median(theirs), 1.0)
    swing = median(ours) / max(_worst(_latencies(history) or theirs, len(ours)), 1.0)
    numbers = {
        "p_value": found.p_value,
        "alpha_of_look": alpha / looks,
        "delta": found.delta,
        "ratio": ratio,
        "ratio_to_worst": swing,
        "canary_ms": median(ours) / 1000,
        "baseline_ms": median(theirs) / 1000,
    }
    told = (
        f"{median(ours) / 1000:.1f} ms against {median(theirs) / 1000:.1f} ms "
        f"({ratio:.2f} times) in the median of the minutes"
    )
    if found.p_value <= alpha / looks and min(ratio, swing) > slower and found.delta >= DELTA:
        return Judgement("latency", Verdict.FAIL, f"Slower than the baseline: {told}.", numbers)
    return Judgement("latency", Verdict.PASS, f"Not slower than allowed: {told}.", numbers)


def _worst(latencies: Sequence[float], width: int) -> float:
    """Return the highest median of so many minutes on end."""
    from statistics import median

    starts = range(max(len(latencies) - width, 0) + 1)
    return max(median(latencies[start : start + width]) for start in starts)


def _latencies(minutes: Sequence[VariantMinute]) -> list[float]:
    return [minute.latency for minute in minutes if minute.requests and minute.latency is not None]
