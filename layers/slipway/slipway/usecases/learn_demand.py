"""A demand alarm that rings without need: put it anew, at what is usual for this model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.capacity.demand import Tracked
from slipway.domain.demand_alarms import demand_alarms

if TYPE_CHECKING:
    from slipway.domain.capacity.demand import Readings
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Guards


def learn_demand(
    record: EndpointRecord, live: ReleaseRecord, readings: dict[str, Readings], *, guards: Guards
) -> None:
    """Let the live variant's alarms ring later where its instances usually have more requests.

    How many requests at once are a queue depends on the model: one that waits for others has many
    and needs no help. An alarm that always rings would not be heard when it matters.
    """
    if record.live is None or record.live.variant not in readings:
        return
    alarms = demand_alarms(
        endpoint=record.name,
        variant=record.live.variant,
        instance_type=record.live.instance_type,
        tracked=Tracked.of(live.scaling["policy"]),
        usual=readings[record.live.variant].usual,
    )
    known = set(live.made.get("alarms", []))
    guards.put_alarms(alarm.request for alarm in alarms if alarm.name in known)
