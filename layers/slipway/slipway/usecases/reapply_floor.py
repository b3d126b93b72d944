"""Write the limits of scaling again once an endpoint is back in service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from slipway.domain.capacity.claims import REFUSED
from slipway.usecases.apply_floor import Applied, FloorBook, apply_floor
from slipway.usecases.change_claims import change_claims
from slipway.usecases.refused_capacity import bear_refusal

if TYPE_CHECKING:
    from slipway.domain.capacity.claims import Claims
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
    the limits that are written make scaling act at once. Claims that have ended count too: nobody
    may have taken them back.
    """
    record = ledger.read_endpoint(endpoint)
    now = clock.now()
    if not any(each.source != REFUSED or each.lasts(now) for each in record.claims):
        return Applied("nothing", f"Nobody claims instances of {endpoint}")
    state = endpoints.describe(endpoint)
    if state is not None and not record.asleep:
        since = _newest(record).isoformat()
        bear_refusal(record, state, since, ledger=ledger, activities=activities, now=now)
    applied = apply_floor(endpoint, ledger=ledger, endpoints=endpoints, bounds=bounds, clock=clock)
    if applied.verdict == "applied":
        # What ended is written once more, for whoever claimed it may have died, and forgotten.
        change_claims(endpoint, lambda claims: _left(claims, now), ledger=ledger)
    return applied


def _left(claims: Claims, now: datetime) -> Claims:
    """Return the claims that count; what AWS refused says later since when it was not asked."""
    return tuple(each for each in claims if each.source == REFUSED or each.lasts(now))


def _newest(record: EndpointRecord) -> datetime:
    """Return since when anything is asked for that was not before."""
    claimed = [each for each in record.claims if each.floor]
    return max((datetime.fromisoformat(each.since) for each in claimed), default=_NEVER)
