"""Measure both variants of a rollout and judge the step that it is at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.judge import (
    CustomMetric,
    Judgement,
    Verdict,
    judge_step,
    judgeable,
    looks_in,
)
from slipway.errors import MeasurementFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slipway.domain.judge import VariantMinute
    from slipway.ports import Measurements
    from slipway.usecases.rollout import Rollout

MINUTE = timedelta(minutes=1)
# A short bake alone would leave fewer minutes than latency is compared by, and half an hour shows
# how much the baseline's latency changes by itself.
LOOK_BACK = timedelta(minutes=30)


def measure_step(
    rollout: Rollout, *, step: int, tries: int, measurements: Measurements, now: datetime
) -> list[Judgement]:
    """Return the judgements of a step by everything that is known now.

    What cannot be measured is an ERROR: it is no evidence against the version, nor for it.
    """
    try:
        return _judge(rollout, step, tries, measurements, now)
    except MeasurementFailed as failure:
        return [Judgement("measurement", Verdict.ERROR, str(failure))]


def _judge(
    rollout: Rollout, step: int, tries: int, measurements: Measurements, now: datetime
) -> list[Judgement]:
    steps: Sequence[Mapping[str, Any]] = rollout.release.evidence["steps"]
    bake = rollout.step(step).bake_seconds
    first, shifts = _moment(steps[0]["asked"]), [*_shifts(steps), *_trial(rollout)]
    endpoint = rollout.release.endpoint
    policy = rollout.release.policy
    custom = [CustomMetric.from_dict(each) for each in policy.get("metrics", ())]
    canary = measurements.minutes(endpoint, rollout.canary, first, now, custom=custom)
    # All of the traffic may have left the baseline: then minutes from before are compared.
    before = first - max(timedelta(seconds=bake), LOOK_BACK)
    baseline = measurements.minutes(endpoint, rollout.baseline, before, now, custom=custom)
    return judge_step(
        judgeable(canary, now=now, shifts=shifts),
        judgeable(baseline, now=now, shifts=shifts),
        bake_began=_moment(steps[step]["started"]),
        looks=looks_in(bake, tries),
        custom=custom,
        **_limits(policy.get("tolerance", {})),
    )


def measure_guarded(
    rollout: Rollout, *, measurements: Measurements, now: datetime
) -> list[Judgement]:
    """Return the judgements of a guarded deployment by everything that is known now.

    Both fleets are one variant. The new one's metrics carry its configuration as well, what is
    left of the variant's requests is the old one's. Percentiles cannot be taken apart like that:
    the old fleet's are those of the variant as a whole, which makes a slow new fleet look a little
    better than it is.
    """
    begun = datetime.fromisoformat(rollout.release.evidence["guarded"]["asked"])
    bake = sum(step.bake_seconds for step in rollout.plan.steps)
    endpoint, config = rollout.release.endpoint, rollout.plan.names.endpoint_config
    try:
        new = measurements.minutes(endpoint, rollout.canary, begun, now, config)
        whole = measurements.minutes(endpoint, rollout.canary, begun - LOOK_BACK, now)
    except MeasurementFailed as failure:
        return [Judgement("measurement", Verdict.ERROR, str(failure))]
    return judge_step(
        judgeable(new, now=now, shifts=[]),
        judgeable(old_fleet(whole, new), now=now, shifts=[]),
        bake_began=begun,
        looks=looks_in(bake),
        # No metric of users' own tells two fleets of one variant apart.
        custom=(),
        **_limits(rollout.release.policy.get("tolerance", {})),
    )


def old_fleet(whole: Sequence[VariantMinute], new: Sequence[VariantMinute]) -> list[VariantMinute]:
    """Return what is left of a variant without the new fleet of a guarded deployment."""
    ours = {minute.minute: minute for minute in new}
    return [_rest(minute, ours.get(minute.minute)) for minute in whole]


def _rest(whole: VariantMinute, part: VariantMinute | None) -> VariantMinute:
    if part is None:
        return whole
    # The two come from separate metrics, which need not arrive together.
    requests = max(whole.requests - part.requests, 0)
    errors = min(max(whole.errors - part.errors, 0), requests)
    refused = min(max(whole.refused - part.refused, 0), requests - errors)
    return replace(whole, requests=requests, errors=errors, refused=refused)


def _limits(tolerance: Mapping[str, float]) -> dict[str, float]:
    names = {"errors": "errors", "slower": "latency"}
    return {ours: tolerance[its] for ours, its in names.items() if its in tolerance}


def _shifts(steps: Sequence[Mapping[str, Any]]) -> Iterator[datetime]:
    """Give every minute in which weights were changing: SageMaker takes a while."""
    for step in steps:
        moment, end = _moment(step["asked"]), _moment(step.get("started", step["asked"]))
        while moment <= end:
            yield moment
            moment += MINUTE
        yield end


def _trial(rollout: Rollout) -> Iterator[datetime]:
    """Give every minute in which replayed requests, not users, met the baseline as well."""
    before = rollout.release.evidence.get("before_users", {})
    if "started" in before:
        yield from _shifts([{"asked": before["started"], "started": before["ended"]}])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
