"""Tells whether the canary is beyond the limits of a metric that users measure themselves.

Only the mean of each minute and the number of its values are known. A mean of so many values has
a variance of one value's by that number, so that minutes are weighed by it and Student's t says
how likely a distance is by chance. Both variants' minutes tell how values vary: where the canary
has few, theirs may be equal by chance.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import TYPE_CHECKING

from slipway.domain.judge.custom_minutes import Measured
from slipway.domain.judge.latency import FRESH_MINUTES, MINIMUM_MINUTES
from slipway.domain.judge.student import t_tail
from slipway.domain.judge.verdict import Judgement, Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.judge.custom_metric import CustomMetric, Limit
    from slipway.domain.judge.measurement import VariantMinute

# The highest probability of a false FAIL over one bake, shared out to all limits and looks.
ALPHA = 0.05


def judge_custom(
    metrics: Sequence[CustomMetric],
    canary: Sequence[VariantMinute],
    baseline: Sequence[VariantMinute],
    *,
    since: datetime,
    looks: int,
) -> list[Judgement]:
    """Judge each metric by the minutes of a bake.

    Parameters
    ----------
    metrics : sequence of CustomMetric
        In the order in which minutes hold their values.
    since : datetime
        The beginning of the bake. Where it has too few minutes yet, or no traffic is left to the
        baseline, earlier ones are taken, but nothing passes without minutes of its own.
    looks : int
        How often this is asked during the bake, at most.
    """
    level = ALPHA / max(1, looks * sum(len(each.limits) for each in metrics))
    judgements = []
    for index, metric in enumerate(metrics):
        ours = Measured.of(metric, index, canary, since=since)
        wanted = max(MINIMUM_MINUTES, ours.minutes)
        live = Measured.of(metric, index, baseline, since=since, wanted=wanted)
        judgements.append(_judge(metric, ours, live, level))
    return judgements


def _judge(metric: CustomMetric, ours: Measured, live: Measured, level: float) -> Judgement:
    if too_few := _too_few(metric, ours, live):
        if metric.missing == "ignore":
            reason = f"Has no say, as `missing: ignore` wants it: {too_few[0].lower()}{too_few[1:]}"
            return Judgement(metric.name, Verdict.PASS, reason, _numbers(ours, live))
        return Judgement(metric.name, Verdict.INCONCLUSIVE, too_few, _numbers(ours, live))
    return worst([_judge_limit(metric, limit, ours, live, level) for limit in metric.limits])


def _too_few(metric: CustomMetric, ours: Measured, live: Measured) -> str:
    asked = [ours, live] if any(limit.relative for limit in metric.limits) else [ours]
    enough = ours.fresh >= FRESH_MINUTES and all(
        each.minutes >= MINIMUM_MINUTES and each.count >= metric.minimum for each in asked
    )
    if enough:
        return ""
    return (
        f"Too few values of {_called(metric)}: the canary has {ours.count:,.0f} in {ours.minutes} "
        f"minutes, {ours.fresh} of them in this bake, the live variant {live.count:,.0f} in "
        f"{live.minutes}; {metric.minimum:,} in {MINIMUM_MINUTES} minutes wanted of "
        f"{'each' if len(asked) > 1 else 'the canary'}, {FRESH_MINUTES} of them in this bake."
    )


def _judge_limit(
    metric: CustomMetric, limit: Limit, ours: Measured, live: Measured, level: float
) -> Judgement:
    bound = limit.bound(live.mean)
    beyond = bound - ours.mean if limit.is_floor else ours.mean - bound
    numbers = {**_numbers(ours, live), "limit": limit.name, "bound": bound}
    beside = f"; the live variant has {live.mean:.4g}" if live.minutes else ""
    told = f"{_called(metric)} is {ours.mean:.4g} in {ours.minutes} minutes"
    side = "below" if limit.is_floor else "above"
    if beyond <= 0:
        reason = f"{told}, within {limit}{_of_live(limit, bound)}{beside}."
        return Judgement(metric.name, Verdict.PASS, reason, numbers)
    chance = _chance(beyond, limit, ours, live)
    numbers |= {"p_value": chance, "alpha_of_look": level}
    told = f"{told}, {side} the {bound:.4g} of {limit}"
    if chance <= level:
        return Judgement(metric.name, Verdict.FAIL, f"{told}{beside}.", numbers)
    # Nothing is taken beyond a line that was drawn; what differs a little from what serves may be.
    verdict = Verdict.PASS if limit.relative else Verdict.INCONCLUSIVE
    return Judgement(metric.name, verdict, f"{told}, which may be chance{beside}.", numbers)


def _chance(beyond: float, limit: Limit, ours: Measured, live: Measured) -> float:
    """Return how likely such a distance is if the canary is at the limit."""
    bound = limit.bound(live.mean)
    sides = [each for each in (ours, live) if each.minutes]
    freedom = sum(each.minutes - 1 for each in sides)
    one = sum(each.spread for each in sides) / freedom
    share = 1 / ours.count
    if limit.relative:
        # The bound is as uncertain as what it is a share of.
        share += (bound / live.mean) ** 2 / live.count if live.mean else 0.0
    error = sqrt(one * share)
    found = t_tail(beyond / error if error else inf, freedom)
    if limit.is_floor and ours.mean == 0 and 0 < bound < 1:
        # A rate of nothing does not vary, so that nothing seems to be uncertain about it. Values
        # from 0 to 1 with that mean are all 0 with this probability at most.
        found = max(found, (1 - bound) ** ours.count)
    return found


def _of_live(limit: Limit, bound: float) -> str:
    return f" ({bound:.4g})" if limit.relative else ""


def _called(metric: CustomMetric) -> str:
    return f"{metric.name} ({metric.statistic})"


def _numbers(ours: Measured, live: Measured) -> dict[str, object]:
    return {
        "canary": {"value": ours.mean, "values": ours.count, "minutes": ours.minutes},
        "baseline": {"value": live.mean, "values": live.count, "minutes": live.minutes},
    }
