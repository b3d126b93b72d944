"""Whether AWS refuses the instances that a claim wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.scaling import resource_id

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.ports import EndpointState, ScalingActivities

# A quota, and AWS's own capacity; scaling reports the words and not always the code.
NO_CAPACITY = (
    "InsufficientInstanceCapacity",
    "ResourceLimitExceeded",
    "CapacityError",
    "service limit",
)


def refused_capacity(
    endpoint: str, state: EndpointState, since: datetime, *, activities: ScalingActivities
) -> str:
    """Return AWS's words if it has no capacity; empty if it has, or while it still tries.

    It is the variant that most of the requests reach which counts.
    """
    if state.status != "InService" or not state.variants:
        return ""
    busiest = max(state.variants, key=lambda variant: variant.weight)
    said = activities.last_failure(resource_id(endpoint, busiest.name), since)
    return said if is_capacity(said) else ""


def is_capacity(words: str) -> bool:
    """Tell whether a reason speaks of missing capacity: a quota, or AWS's own."""
    return any(word in words for word in NO_CAPACITY)
