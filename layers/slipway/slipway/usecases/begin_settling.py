"""Take the lease of an endpoint whose promoted release is due to settle."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from slipway.domain.lease import Lease
from slipway.domain.settling import retire

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Clock, EndpointBook, Executions
    from slipway.usecases.reference import ReleaseRef


@dataclass(frozen=True, slots=True)
class Begun:
    """Whether this execution settles.

    Parameters
    ----------
    verdict : {"settle", "nothing", "busy"}
        `busy` while another execution changes the endpoint.
    release, previous : str
        The live release, and the one whose variant goes.
    """

    verdict: Literal["settle", "nothing", "busy"]
    release: str = ""
    previous: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def begin_settling(
    ref: ReleaseRef, *, ledger: EndpointBook, executions: Executions, clock: Clock
) -> Begun:
    """Hold the lease and write that there is no way back to the previous variant any more.

    A schedule fires at least once and maybe late: an endpoint that settled meanwhile, or went
    back, has nothing to do.

    Parameters
    ----------
    ref : ReleaseRef
        An empty release means whichever settles: a release that came next wants it gone.

    Raises
    ------
    LedgerConflict
        If the release is reverted at this moment; the workflow looks again.
    """
    record = ledger.read_endpoint(ref.endpoint)
    settling = record.settling
    if settling is None or ref.release not in ("", settling.release):
        return Begun("nothing")
    begun = Begun("settle", settling.release, settling.previous.release)
    if not _mine(record, ref):
        if ref.borrows and not executions.runs(ref.execution):
            return Begun("nothing")  # who wanted it gone is gone, and would not give the lease back
        if _taken(record, settling.release, executions):
            return replace(begun, verdict="busy")
        lease = Lease(ref.execution, settling.release, since=clock.now().isoformat())
        record = replace(record, lease=lease)
    ledger.write_endpoint(retire(record))
    return begun


def _mine(record: EndpointRecord, ref: ReleaseRef) -> bool:
    return record.lease is not None and record.lease.owner == ref.execution


def _taken(record: EndpointRecord, release: str, executions: Executions) -> bool:
    # A release that was abandoned has to be compensated first, which its recovery does.
    lease = record.lease
    return lease is not None and (lease.release != release or bool(executions.runs(lease.owner)))
