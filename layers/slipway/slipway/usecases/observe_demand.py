"""The demand on an endpoint, from the metrics of all of its variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.capacity.demand import Tracked, observed
from slipway.domain.instances import vcpus

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.capacity.burst import Demand
    from slipway.domain.capacity.demand import Readings
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import EndpointState


class DemandReader(Protocol):
    """The metrics that demand shows in."""

    def read(
        self, endpoint: str, variant: str, metric: str, instances: int, now: datetime
    ) -> Readings:
        """Return the points of a variant that are complete; raise MeasurementFailed."""


def read_variants(
    state: EndpointState, endpoint: str, tracked: Tracked, *, reader: DemandReader, now: datetime
) -> dict[str, Readings]:
    """Return the metrics of each variant that users reach."""
    return {
        variant.name: reader.read(
            endpoint, variant.name, tracked.metric, variant.current_count, now
        )
        for variant in state.variants
        if variant.weight and variant.current_count
    }


def demand_on(
    record: EndpointRecord,
    live: ReleaseRecord,
    readings: dict[str, Readings],
    since: float,
    now: float,
) -> Demand:
    """Return the demand in instances of the live release's type."""
    kind = record.live.instance_type if record.live else str(live.plan["instance_type"])
    tracked = Tracked.of(live.scaling["policy"])
    return observed(list(readings.values()), tracked, cores=vcpus(kind), since=since, now=now)
