"""Make sure that this execution may settle the endpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from slipway.domain.lease import Lease
from slipway.errors import LeaseLost

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease
    from slipway.domain.settling import Settling
    from slipway.ports import EndpointBook
    from slipway.usecases.reference import ReleaseRef


class Held(NamedTuple):
    """The endpoint's item and the two sides of what settles."""

    record: EndpointRecord
    live: LiveRelease
    settling: Settling


def hold_settling(ref: ReleaseRef, *, ledger: EndpointBook, now: str) -> Held:
    """Return what settles if this execution holds the lease; after a redrive it takes it again.

    Parameters
    ----------
    ref : ReleaseRef
        The live release; its `execution` is the owner of the lease, which is the release that
        came next where that one settles first.

    Raises
    ------
    LeaseLost
        If the endpoint no longer settles this release, or another execution changes it.
    """
    record = ledger.read_endpoint(ref.endpoint)
    live, settling, lease = record.live, record.settling, record.lease
    if live is None or settling is None or settling.release != ref.release:
        raise LeaseLost(f"Endpoint {ref.endpoint} no longer settles release {ref.release}")
    if lease and lease.owner != ref.execution:
        raise LeaseLost(f"{lease.owner} changes endpoint {ref.endpoint}")
    if lease is None:
        if ref.borrows:
            # Nobody gives back what would be taken in its name.
            raise LeaseLost(f"{ref.execution}, which lent its lease, has given it back")
        record = replace(record, lease=Lease(ref.execution, ref.release, since=now))
        ledger.write_endpoint(record)
        record = replace(record, revision=record.revision + 1)
    return Held(record, live, settling)
