"""What CloudWatch says about an endpoint's variants, as instances that the demand needs. Pure."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from slipway.domain.capacity.burst import Demand, Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

INVOCATIONS, CONCURRENCY, CPU = "invocations", "concurrency", "cpu"
# Seconds after which a minute that is over has been counted.
COUNTED = 120.0
# A point is of its minute's middle.
_HALF = 30.0

_BY_TYPE = {
    "SageMakerVariantInvocationsPerInstance": INVOCATIONS,
    "SageMakerVariantConcurrentRequestsPerModelHighResolution": CONCURRENCY,
}


class Tracked(NamedTuple):
    """What target tracking watches.

    Parameters
    ----------
    metric : str
        As `scaling.metric` of the spec.
    target : float
        What an instance is meant to have of it; CPU of all cores together.
    """

    metric: str
    target: float

    @classmethod
    def of(cls, policy: Mapping[str, Any]) -> Self:
        """Read it from the arguments of PutScalingPolicy."""
        tracking = policy["TargetTrackingScalingPolicyConfiguration"]
        predefined = tracking.get("PredefinedMetricSpecification", {})
        metric = _BY_TYPE.get(predefined.get("PredefinedMetricType"), CPU)
        return cls(metric, float(tracking["TargetValue"]))


class Readings(NamedTuple):
    """The metrics of one variant, the oldest points first.

    Parameters
    ----------
    instances : int
        How many it has now.
    demand : sequence of Point
        The tracked metric: requests of all instances a minute, or the mean of its instances.
    crowd : sequence of Point
        Requests within an instance at once, every ten seconds.
    usual : float
        How many those are on a busy minute of the last hours.
    """

    instances: int
    demand: Sequence[Point]
    crowd: Sequence[Point]
    usual: float


def observed(
    variants: Sequence[Readings],
    tracked: Tracked,
    *,
    cores: int,
    since: float = 0.0,
    now: float = inf,
) -> Demand:
    """Return the demand on all variants of an endpoint together.

    Parameters
    ----------
    cores : int
        Of an instance: so many requests at once are never a queue.
    since : float
        When the number of instances changed last: what an instance had before says nothing.
    now : float
        The moment of the look: a sum of requests that is younger than `COUNTED` may still grow.
    """
    totals = _totals(variants, tracked, since)
    return Demand(
        needed=[Point(at, total / tracked.target) for at, total in totals],
        queues=_queues(variants, tracked, cores, since),
        count=sum(variant.instances for variant in variants),
        words=_words(variants, tracked, totals[-1].value) if totals else "the demand",
        counted=now - COUNTED - _HALF if tracked.metric == INVOCATIONS else inf,
    )


def _totals(variants: Iterable[Readings], tracked: Tracked, since: float) -> list[Point]:
    each = tracked.metric != INVOCATIONS
    found: dict[float, float] = {}
    for variant in variants:
        for at, value in variant.demand:
            if not each or at >= since:
                found[at] = found.get(at, 0.0) + value * (variant.instances if each else 1)
    return [Point(at, found[at]) for at in sorted(found)]


def _queues(
    variants: Iterable[Readings], tracked: Tracked, cores: int, since: float
) -> list[Point]:
    # Where concurrency is tracked it is the demand itself, and as new.
    if tracked.metric == CONCURRENCY:
        return []
    found: dict[float, float] = {}
    for variant in variants:
        for at, value in variant.crowd:
            if at >= since:
                found[at] = max(found.get(at, 0.0), value / calm(variant.usual, cores))
    return [Point(at, found[at]) for at in sorted(found)]


def calm(usual: float, cores: int) -> float:
    """Return how many requests at once are no queue: the usual ones, or one for each core."""
    return max(usual, float(cores))


def _words(variants: Sequence[Readings], tracked: Tracked, total: float) -> str:
    if tracked.metric == INVOCATIONS:
        return f"{total:,.0f} requests a minute"
    if tracked.metric == CONCURRENCY:
        return f"{total:,.1f} requests at once"
    instances = sum(variant.instances for variant in variants)
    return f"CPUs that are busy for {total / max(instances, 1):.0f} % on average"
