"""Make sure that this execution may change the endpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from slipway.domain.lease import Lease
from slipway.domain.release import FINAL
from slipway.errors import LeaseLost
from slipway.ports import EndpointBook, ReleaseBook

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.usecases.reference import ReleaseRef


class HeldBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that say who may change what."""


def hold_lease(ref: ReleaseRef, *, ledger: HeldBook, now: str) -> EndpointRecord:
    """Return the endpoint's record if this execution holds its lease, or takes it again.

    An execution that is redriven goes on where it failed, whatever happened since: its lease may
    have been given back, and then it takes it again; but it does not act on a release that ended,
    nor beside another version than the one it was planned beside.

    Raises
    ------
    LeaseLost
        If it must not act.
    """
    record = ledger.read_endpoint(ref.endpoint)
    if record.lease and record.lease.owner == ref.execution:
        return record
    release = ledger.read_release(ref.endpoint, ref.release)
    problem = _problem(record, release)
    if problem:
        raise LeaseLost(f"Release {ref.release} of {ref.endpoint} does not go on: {problem}")
    held = replace(record, lease=Lease(ref.execution, ref.release, since=now))
    ledger.write_endpoint(held)
    return replace(held, revision=record.revision + 1)


def _problem(record: EndpointRecord, release: ReleaseRecord) -> str:
    if record.lease:
        return f"{record.lease.owner} changes the endpoint"
    if release.outcome in FINAL:
        return f"it has ended as {release.outcome}"
    replaced, live = release.made.get("replaced"), record.live
    if replaced and live and live.release != replaced:
        return f"{live.release} serves instead of {replaced}"
    return ""
