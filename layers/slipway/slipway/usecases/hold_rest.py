"""Make sure that this execution may send the endpoint to sleep, or wake it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.lease import Lease
from slipway.errors import LeaseLost, ServiceBusy

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import EndpointBook, Executions
    from slipway.usecases.reference import ReleaseRef

# So long at most Step Functions may not know an execution that runs.
_YOUNG = timedelta(seconds=60)


def hold_rest(ref: ReleaseRef, *, ledger: EndpointBook, now: str) -> EndpointRecord:
    """Return the endpoint's item if this execution holds the lease; a redrive takes it again.

    Parameters
    ----------
    ref : ReleaseRef
        The live release; its `execution` is the owner of the lease, which is the release that
        came next where that one wakes the endpoint first.

    Raises
    ------
    LeaseLost
        If another execution changes the endpoint.
    """
    record = ledger.read_endpoint(ref.endpoint)
    if record.lease and record.lease.owner == ref.execution:
        return record
    if record.lease:
        raise LeaseLost(f"{record.lease.owner} changes endpoint {ref.endpoint}")
    if ref.borrows:
        # Nobody gives back what would be taken in its name.
        raise LeaseLost(f"{ref.execution}, which lent its lease, has given it back")
    if record.live is None or record.live.release != ref.release:
        raise LeaseLost(f"Release {ref.release} no longer serves {ref.endpoint}")
    held = replace(record, lease=Lease(ref.execution, ref.release, since=now))
    ledger.write_endpoint(held)
    return replace(held, revision=record.revision + 1)


def taken(record: EndpointRecord, owner: str, executions: Executions, now: datetime) -> str:
    """Return the execution that changes the endpoint, if another one than `owner` does.

    Raises
    ------
    ServiceBusy
        If Step Functions does not know yet an execution that has just taken the lease.
    """
    lease = record.lease
    if lease is None or lease.owner == owner:
        return ""
    runs = executions.runs(lease.owner)
    young = now - datetime.fromisoformat(lease.since) < _YOUNG
    if runs is None and not lease.handed_by and young:
        raise ServiceBusy(f"{lease.owner} has just taken the lease, and is not known yet")
    # A release that an execution left unfinished is cleared away by its recovery, with this lease.
    abandoned = bool(record.live and lease.release != record.live.release)
    return lease.owner if runs or abandoned else ""
