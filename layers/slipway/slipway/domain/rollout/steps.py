"""The steps of a rollout, with the instances and the money that each takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.canary_size import canary_instances
from slipway.domain.judge import first_verdict
from slipway.domain.plan import Step
from slipway.domain.pricing import hourly_price
from slipway.domain.rollout.guarded import guarded_rollout
from slipway.domain.rollout.sizing import Fleets, highest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.spec import Release

FULL = 100


def step_weights(release: Release) -> tuple[int, ...]:
    """Return the shares of traffic that the new version gets, one after the other.

    Example
    -------
    >>> from slipway.domain.spec import Release
    >>> step_weights(Release(strategy="linear", steps=(30, 100)))
    (30, 60, 90, 100)
    """
    if release.strategy == "all-at-once":
        return (FULL,)
    if release.strategy == "linear":
        return equal_steps(release.steps[0])
    if release.strategy == "managed":
        return guarded_rollout(release.steps).weights
    return release.steps


def equal_steps(size: int) -> tuple[int, ...]:
    """Return steps of one size; the last one may be smaller."""
    return (*range(size, FULL, size), FULL)


def plan_steps(release: Release, fleets: Fleets, region: str) -> tuple[Step, ...]:
    """Return the steps of a release for an endpoint that already serves."""
    weights, bakes = step_weights(release), _bakes(release)
    counts = _canaries(release, fleets)
    peaks = [_dearest(moments) for moments in _moments(release, fleets)]
    return tuple(
        Step(weight, seconds, count, sum(peak.values()), hourly_cost(peak, region))
        for weight, seconds, count, peak in zip(weights, bakes, counts, peaks, strict=True)
    )


def _bakes(release: Release) -> list[int]:
    """Return how long each step is watched, in seconds.

    The first users' minutes are all that the first step is judged by; later ones are judged by
    those as well. SageMaker knows one bake for all steps, and decides by alarms.
    """
    wanted = int(release.bake.total_seconds())
    later = [wanted for _ in step_weights(release)[1:]]
    if release.strategy == "managed":
        return [wanted, *later]
    return [max(wanted, int(first_verdict().total_seconds())), *later]


def highest_peak(release: Release, fleets: Fleets) -> dict[str, int]:
    """Return the most instances of each type at one time, over the whole release."""
    return highest(*(moment for moments in _moments(release, fleets) for moment in moments))


def _canaries(release: Release, fleets: Fleets) -> list[int]:
    if release.strategy == "managed":
        # SageMaker builds the whole new fleet before a guarded deployment moves any traffic.
        return [fleets.new for _ in step_weights(release)]
    return [canary_instances(weight, fleets.new) for weight in step_weights(release)]


def _moments(release: Release, fleets: Fleets) -> list[list[dict[str, int]]]:
    """Return what exists at the same time, by instance type, at the moments of each step."""
    counts = _canaries(release, fleets)
    moments = [[fleets.together(fleets.old, count)] for count in counts]
    if release.strategy != "managed":
        for step in moments:
            step.append(fleets.while_restoring())
        moments[0].append(fleets.while_adding(counts[0]))
        moments[-1].append(fleets.while_settling())
    return moments


def _dearest(moments: Sequence[dict[str, int]]) -> dict[str, int]:
    return max(moments, key=lambda moment: sum(moment.values()))


def hourly_cost(counts: Mapping[str, int], region: str) -> str | None:
    """Return USD per hour of some instances as decimal text; None if a price is unknown."""
    from decimal import Decimal

    total = Decimal(0)
    for kind, count in counts.items():
        price = hourly_price(kind, region)
        if price is None:
            return None
        total += price * count
    return str(total)
