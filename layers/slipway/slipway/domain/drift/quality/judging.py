"""Says whether a model is still as good as it has to be.

As with distributions: beyond the limit *and* not by chance, after correction for all metrics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.correction import holm
from slipway.domain.drift.looking import Look
from slipway.domain.drift.troubles import told_troubles
from slipway.domain.drift.verdict import DriftVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.quality.joining import Joined
    from slipway.domain.drift.quality.limits import Limit
    from slipway.domain.drift.quality.metric import Metric
    from slipway.domain.drift.quality.settings import QualitySettings

# The figure named in a finding, in place of a test.
TEST = "quality"
# Beyond this many times what is allowed it does not matter by how much.
_MOST = 1e6


def judge_quality(
    joined: Joined,
    limits: Sequence[Limit],
    settings: QualitySettings,
    significance: float,
) -> DriftVerdict:
    """Judge the figures of a tally."""
    count = joined.tally.count
    if count < settings.minimum:
        reason = (
            f"Too few known truths to tell: {count:,} of {joined.answers:,} answers, at least "
            f"{settings.minimum:,} are wanted."
        )
        if joined.troubles:
            reason += f" Left out: {told_troubles(joined.troubles)}."
        return DriftVerdict(Verdict.CANNOT_TELL, reason, (), count, joined.answers)
    metrics = {metric.name: metric for metric in joined.tally.metrics()}
    looks = [
        look_at_metric(metrics[limit.metric], limit) for limit in limits if limit.metric in metrics
    ]
    if not looks:
        reason = "No limit says how good the model has to be."
        return DriftVerdict(Verdict.CANNOT_TELL, reason, (), count, joined.answers)
    return verdict_on(looks, significance, count, joined.answers)


def lacking(joined: Joined, settings: QualitySettings) -> str:
    """Say that enough is known and too little of it can be compared; empty if it is not so."""
    count, left = joined.tally.count, sum(joined.troubles.values())
    if not count < settings.minimum <= count + left:
        return ""
    return (
        f"{left:,} of {count + left:,} truths cannot be compared with what was answered: "
        f"{told_troubles(joined.troubles)}. `drift.quality` says where an answer holds what it "
        "predicts"
    )


def verdict_on(looks: Sequence[Look], significance: float, rows: int, records: int) -> DriftVerdict:
    """Return what looks at figures mean together."""
    corrected = holm([look.p_value or 0.0 for look in looks])
    findings = sorted(
        (
            look.finding(p_value, significance)
            for look, p_value in zip(looks, corrected, strict=True)
        ),
        key=lambda each: (not each.violated, -each.ratio),
    )
    worse = [finding for finding in findings if finding.violated]
    if worse:
        told = "; ".join(finding.reason for finding in worse)
        return DriftVerdict(Verdict.DRIFT, f"{told}.", tuple(findings), rows, records)
    reason = f"All of {len(findings)} figures keep their limits, over {rows:,} known truths."
    return DriftVerdict(Verdict.NO_DRIFT, reason, tuple(findings), rows, records)


def look_at_metric(metric: Metric, limit: Limit) -> Look:
    """Look at one figure."""
    word = "above" if limit.at_most else "below"
    about = f" ± {metric.deviation:.2g}" if metric.deviation is not None else ""
    return Look(
        metric.name,
        "quality",
        TEST,
        how_bad(metric.value, limit),
        1.0,
        metric.worse_than(limit.threshold, at_most=limit.at_most),
        f"{metric.name} is {metric.value:.4g}{about}, it may not be {word} {limit.threshold:g}",
        f"Metric {metric.name} with {metric.value}"
        + (f" +/- {metric.deviation}" if metric.deviation is not None else "")
        + f" was {limit.operator} '{limit.threshold}'",
    )


def how_bad(value: float, limit: Limit) -> float:
    """Return how many times what is allowed goes wrong: 1 is just on the limit.

    Of errors that is their ratio; of figures of which 1 is perfect, the ratio of what is lacking;
    of other figures, how many times smaller they are than they may be.

    Example
    -------
    >>> from slipway.domain.drift.quality.limits import Limit
    >>> round(how_bad(0.8, Limit("accuracy", 0.9, at_most=False)), 9)
    2.0
    """
    if limit.at_most:
        wrong, allowed = value, limit.threshold
    elif limit.threshold <= 1:
        wrong, allowed = 1 - value, 1 - limit.threshold
    else:
        wrong, allowed = limit.threshold, value
    if wrong <= 0:
        return 0.0
    return min(_MOST, wrong / allowed) if allowed > 0 else _MOST
