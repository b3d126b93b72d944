"""Write the limits of scaling again once an endpoint is back in service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.capacity.claims import prune
from slipway.usecases.apply_floor import Applied, FloorBook, apply_floor

if TYPE_CHECKING:
    from slipway.ports import Bounds, Clock, EndpointReader


def reapply_floor(
    endpoint: str, *, ledger: FloorBook, endpoints: EndpointReader, bounds: Bounds, clock: Clock
) -> Applied:
    """Apply what is claimed, if anything is: what was written during a change may not have acted.

    Endpoints that scale by themselves come back into service all day long, and mostly nobody
    claims anything.
    """
    if not prune(ledger.read_endpoint(endpoint).claims, clock.now()):
        return Applied("nothing", f"Nobody claims instances of {endpoint}")
    return apply_floor(endpoint, ledger=ledger, endpoints=endpoints, bounds=bounds, clock=clock)
