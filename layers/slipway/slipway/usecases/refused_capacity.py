"""Whether AWS refuses the instances that a claim wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.scaling import resource_id

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.lease import EndpointRecord
    from slipway.ports import EndpointState

NO_CAPACITY = ("InsufficientInstanceCapacity", "ResourceLimitExceeded", "CapacityError")


class ScalingLog(Protocol):
    """What became of scaling's own attempts."""

    def failure(self, resource_id: str, since: datetime) -> str:
        """Return why the newest attempt since a moment failed; empty if it did not."""


def refused_capacity(
    record: EndpointRecord, state: EndpointState, since: datetime, *, log: ScalingLog
) -> str:
    """Return AWS's words if it has no capacity; empty if it has, or while it still tries."""
    if record.live is None or state.status != "InService":
        return ""
    said = log.failure(resource_id(record.name, record.live.variant), since)
    return said if is_capacity(said) else ""


def is_capacity(words: str) -> bool:
    """Tell whether a reason speaks of missing capacity: a quota, or AWS's own."""
    return any(word in words for word in NO_CAPACITY)
