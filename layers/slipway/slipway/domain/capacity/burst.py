"""How many instances sudden demand needs, from what is known while it still grows. Pure.

Two kinds of evidence count. The **demand** itself, such as the requests of each minute, is exact
and late. The **queues**, the requests that are within an instance at once, are seen after ten
seconds, but only tell that there is more than the instances can take and hardly how much.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import TYPE_CHECKING, NamedTuple

from slipway.domain.capacity.trend import ahead, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.capacity.claims import Limits

# What a claim has beyond what the demand needs: an estimate may be too low.
HEADROOM = 1.1
# A trend is a guess: no more than so many times what was seen.
MOST_GROWTH = 3.0
# Queues tell less, for they grow long after the demand stopped growing: no more than so many times
# the instances that have them.
LEAP = 8.0
# From so many times the usual number of requests within an instance on, they queue. Busy instances
# come so far by chance, a few times a day; what they never reach by chance is a jam.
CROWDED = 2.0
JAMMED = 8.0
# Up to so many times what the instances are meant to have is target tracking's affair, unless they
# are jammed: it asks for what such demand needs within minutes.
BEYOND = 1.25
# Until the instances of this claim come, and until those of another one could: SageMaker changes
# nothing of an endpoint that it is updating, so a claim has to last so long.
PROVISIONINGS = 2
# One point may be an accident.
_AGREEING = 2
_LAST = 3
# Of ten seconds each.
_MINUTE = 6
_ROUNDING = 1e-9


class Point(NamedTuple):
    """A value at a moment.

    Parameters
    ----------
    at : float
        Seconds, on the clock of `now`.
    """

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Demand:
    """What was seen of an endpoint's demand, the oldest points first.

    Parameters
    ----------
    needed : sequence of Point
        The instances that the demand needs where each does what it is meant to.
    queues : sequence of Point
        How many times as many requests as usual are within an instance at once.
    count : int
        Instances that serve now.
    words : str
        The newest demand in plain words.
    counted : float
        Until when all of the demand is known: of what came later there may be more.
    """

    needed: Sequence[Point]
    queues: Sequence[Point]
    count: int
    words: str = "the demand"
    counted: float = inf


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the demand asks for.

    Parameters
    ----------
    floor : int
        The fewest instances that are wanted, within the limits.
    seen : int
        Those that the demand needs that was seen, without a look ahead.
    pressing : bool
        Whether target tracking would be too late: demand grows beyond what serves, or jams it.
    """

    floor: int
    seen: int
    reason: str
    pressing: bool = True


def wanted_floor(demand: Demand, limits: Limits, *, now: float, provisioning: float) -> Wanted:
    """Return how many instances the demand wants, and why.

    Parameters
    ----------
    limits : Limits
        The spec's limits, the upper one within the budget.
    provisioning : float
        Seconds until further instances serve.

    Example
    -------
    >>> from slipway.domain.capacity.claims import Limits
    >>> minutes = [Point(0, 4), Point(60, 6)]
    >>> wanted_floor(Demand(minutes, [], 4), Limits(2, 40), now=120, provisioning=300).floor
    20
    """
    far = PROVISIONINGS * provisioning
    whole, sure = counted(demand)
    seen = sure[-1].value if sure else 0.0
    grown = max(ahead(each, now, far, most=MOST_GROWTH * seen) for each in (whole, sure))
    queued = demand.count * _crowd(demand.queues)
    instances = _whole(max(grown * HEADROOM, queued))
    floor = min(max(instances, limits.fewest), limits.most)
    words = [_words(demand, seen, grown), _queue_words(demand, queued)]
    if instances > limits.most:
        words.append(f"no more than {limits.most} are allowed by scaling.max and the budget")
    return Wanted(
        floor,
        min(_whole(seen * HEADROOM), limits.most),
        "; ".join(filter(None, words)),
        pressing=queued > demand.count or grown > demand.count * (1.0 if queued else BEYOND),
    )


def _crowd(queues: Sequence[Point]) -> float:
    """Return how many times the instances the queues ask for; 0 where nothing is jammed.

    It is how many times as long they are as within the minute before. Demand that is a little more
    than the instances can take makes queues as long in the end, but slowly.
    """
    last = queues[-_LAST:]
    crowded = sum(point.value >= CROWDED for point in last)
    if crowded < _AGREEING or last[-1].value < JAMMED:
        return 0.0
    before = min(point.value for point in queues[-_MINUTE:])
    return min(last[-1].value / max(before, 1.0), LEAP)


def _whole(instances: float) -> int:
    return ceil(instances - _ROUNDING)


def _words(demand: Demand, seen: float, grown: float) -> str:
    if not demand.needed:
        return f"{demand.count} instances serve, and no metric tells yet what comes"
    words = f"{demand.words} need {_whole(seen)} instances and {demand.count} serve"
    if _whole(grown) > _whole(seen):
        words += f"; as it grows, {_whole(grown)} until more could come"
    return words


def _queue_words(demand: Demand, queued: float) -> str:
    if not queued:
        return ""
    times = demand.queues[-1].value
    return f"{times:.1f} times as many requests as usual queue, for {_whole(queued)} instances"
