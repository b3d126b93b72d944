"""Write the limits of scaling again once an endpoint is back in service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from slipway.domain.capacity.claims import prune
from slipway.usecases.apply_floor import Applied, FloorBook, apply_floor
from slipway.usecases.refused_capacity import bear_refusal

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Bounds, Clock, EndpointReader, ScalingActivities

_NEVER = datetime.min.replace(tzinfo=UTC)


def reapply_floor(  # noqa: PLR0913 - the ports
    endpoint: str,
    *,
    ledger: FloorBook,
    endpoints: EndpointReader,
    bounds: Bounds,
    activities: ScalingActivities,
    clock: Clock,
) -> Applied:
    """Apply what is claimed, if anything is: what was written during a change may not have acted.

    Endpoints that scale by themselves come back into service all day long, and mostly nobody
    claims anything. One that comes back because AWS refused instances is not asked for them again:
    the limits that are written make scaling act at once.
    """
    record = ledger.read_endpoint(endpoint)
    if not prune(record.claims, clock.now()):
        return Applied("nothing", f"Nobody claims instances of {endpoint}")
    state = endpoints.describe(endpoint)
    if state is not None and not record.asleep:
        since = _newest(record).isoformat()
        now = clock.now()
        bear_refusal(record, state, since, ledger=ledger, activities=activities, now=now)
    return apply_floor(endpoint, ledger=ledger, endpoints=endpoints, bounds=bounds, clock=clock)


def _newest(record: EndpointRecord) -> datetime:
    """Return since when anything is asked for that was not before."""
    claimed = [each for each in record.claims if each.floor]
    return max((datetime.fromisoformat(each.since) for each in claimed), default=_NEVER)
