"""Measure both variants of a rollout and judge the step that it is at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.judge import Judgement, Verdict, judge_step, judgeable, looks_in
from slipway.errors import MeasurementFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slipway.ports import Measurements
    from slipway.usecases.rollout import Rollout

MINUTE = timedelta(minutes=1)
# A short bake alone would leave fewer minutes than latency is compared by.
LOOK_BACK = timedelta(minutes=15)


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
    first, shifts = _moment(steps[0]["asked"]), list(_shifts(steps))
    endpoint = rollout.release.endpoint
    canary = measurements.minutes(endpoint, rollout.canary, first, now)
    # All of the traffic may have left the baseline: then minutes from before are compared.
    before = first - max(timedelta(seconds=bake), LOOK_BACK)
    baseline = measurements.minutes(endpoint, rollout.baseline, before, now)
    tolerance = rollout.release.policy.get("tolerance", {})
    return judge_step(
        judgeable(canary, now=now, shifts=shifts),
        judgeable(baseline, now=now, shifts=shifts),
        bake_began=_moment(steps[step]["started"]),
        looks=looks_in(bake, tries),
        **_limits(tolerance),
    )


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


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
