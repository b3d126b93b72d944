"""Which lease is left when an execution dies: its own, or one that it should have taken over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from slipway.domain.errors import EventUnreadable
from slipway.usecases.claim_drop import Arrival, drop_of
from slipway.usecases.take_lease import YOUNG

if TYPE_CHECKING:
    from slipway.domain.ended import Ended
    from slipway.domain.lease import EndpointRecord, Lease
    from slipway.domain.release import Drop
    from slipway.ports import EndpointBook, Executions


def left_lease(
    ended: Ended, *, ledger: EndpointBook, executions: Executions, now: datetime
) -> EndpointRecord | None:
    """Return the endpoint whose lease nobody alive has, now that this execution died.

    One that was to follow a dead one, and died before it took the lease, leaves it where it was.
    """
    for record in ledger.list_endpoints():
        if record.lease and record.lease.owner == ended.execution:
            return record
    drop = drop_given(ended)
    if drop is None:
        return None
    found = ledger.read_endpoint(drop.endpoint)
    mine = found.lease is not None and found.lease.release == drop.release
    return found if mine and not _alive(found.lease, executions, now) else None


def handed_on(ended: Ended, *, ledger: EndpointBook) -> EndpointRecord | None:
    """Return the endpoint whose lease this execution handed over; it may not have started whom."""
    for record in ledger.list_endpoints():
        if record.lease and record.lease.handed_by == ended.execution and record.parked:
            return record
    return None


def drop_given(ended: Ended) -> Drop | None:
    """Return the drop that the execution was started with; None if its input names none."""
    if not {"drop", "detail"} & ended.given.keys():
        return None
    try:
        drop, problem = drop_of(Arrival.parse(ended.given))
    except EventUnreadable:
        return None  # Not every workflow begins with a drop.
    return None if problem else drop


def _alive(lease: Lease | None, executions: Executions, now: datetime) -> bool:
    """Tell whether its owner runs; one that Step Functions does not know yet may."""
    if lease is None:
        return False
    runs = executions.runs(lease.owner)
    if runs is None:
        return now - datetime.fromisoformat(lease.since) < YOUNG
    return runs
