"""How many instances a release takes: at first, at most, and while two fleets are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from slipway.domain.planning.budget import affordable_instances
from slipway.domain.rollout import Fleets, highest_peak

if TYPE_CHECKING:
    from slipway.domain.planning.facts import AccountFacts, LiveFleet
    from slipway.domain.spec import EndpointSpec


class Counts(NamedTuple):
    """Instances of the new version.

    Parameters
    ----------
    first : int
        Those that it starts with.
    most : int
        `scaling.max`, or fewer where the budget reaches less far.
    """

    first: int
    most: int


def counts_for(spec: EndpointSpec, live: LiveFleet | None, account: AccountFacts) -> Counts:
    """Return how many instances the new version starts with, and has at most.

    A fleet of the same type that demand has let grow is replaced by one of its own size.

    Raises
    ------
    PlanRefused
        If the first instances cost more than the budget, or their price is unknown.
    """
    first, most = spec.initial_instance_count, affordable_instances(spec, account.region)
    if live is not None and live.instance_type == spec.hosting.instance_type:
        first = max(first, live.instance_count)
    # What the budget does not reach is not built, neither by scaling nor by a release.
    return Counts(min(first, most), most)


def counts_elsewhere(
    spec: EndpointSpec, live: LiveFleet, wanted: int, account: AccountFacts
) -> Counts:
    """Return the counts for what serves on another type, because AWS has no more of its own.

    As many as the demand wants, for none can be added while they start; fewer where the quota
    allows fewer, for some of them are better than none.

    Parameters
    ----------
    wanted : int
        The highest floor that is claimed.
    """
    fewest = spec.hosting.model_copy(update={"instance_count": spec.scaling.min})
    most = affordable_instances(spec.model_copy(update={"hosting": fewest}), account.region)
    kind = spec.hosting.instance_type
    quota = account.quotas.get(kind)
    needed = max(spec.initial_instance_count, live.instance_count)
    room = most if quota is None else int(quota) - account.running.get(kind, 0)
    return Counts(min(max(needed, min(wanted, room)), most), most)


def fleets_for(spec: EndpointSpec, count: int, live: LiveFleet) -> Fleets:
    """Return the instances on both sides of a release."""
    return Fleets(live.instance_type, live.instance_count, spec.hosting.instance_type, count)


def peak_for(
    spec: EndpointSpec, count: int, live: LiveFleet | None, *, elsewhere: bool
) -> dict[str, int]:
    """Return the most instances of each type at one time."""
    if live is None:
        return {spec.hosting.instance_type: count}
    fleets = fleets_for(spec, count, live)
    if elsewhere:
        # One variant changes its type: nothing of what serves is made anew.
        return fleets.together(fleets.old, fleets.new)
    return highest_peak(spec.release, fleets)
