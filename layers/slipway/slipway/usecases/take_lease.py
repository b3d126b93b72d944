"""Take the lease of an endpoint, or wait for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from slipway.domain.lease import LeaseDecision, LeaseVerdict, Parked, request_lease
from slipway.domain.release import FINAL, LiveRelease
from slipway.domain.settling import promote
from slipway.errors import LedgerConflict, ReleaseUnknown, ServiceBusy
from slipway.ports import Announcer, Clock, DropBook, EndpointBook, Executions, ReleaseBook
from slipway.usecases.supersede_drop import supersede_drop

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord, Lease
    from slipway.domain.release import ReleaseRecord
    from slipway.usecases.reference import ReleaseRef

# So long at most Step Functions may not know an execution that runs.
YOUNG = timedelta(seconds=60)


class LeaseBook(DropBook, EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that order releases."""


@dataclass(frozen=True, slots=True)
class LeaseAnswer:
    """Whether the release goes on, what another one left behind, what settles or wakes first."""

    verdict: LeaseVerdict
    abandoned: str = ""
    settling: str = ""
    asleep: bool = False

    def as_dict(self) -> dict[str, str | bool]:
        """Return plain values for the workflow."""
        return asdict(self)


def take_lease(  # noqa: PLR0913 - the ports, and whether to wait
    ref: ReleaseRef,
    *,
    ledger: LeaseBook,
    executions: Executions,
    announcer: Announcer,
    clock: Clock,
    waits: bool = True,
) -> LeaseAnswer:
    """Hold the endpoint's lease, wait for it as the newest drop, or give way to a newer one.

    Parameters
    ----------
    waits : bool
        Whether the drop waits for a lease that is taken. One that only goes back does not:
        whoever has the lease found out already that its release was abandoned.

    Raises
    ------
    LedgerConflict, ServiceBusy
        If another execution decides at the same time, or did so just now; the workflow tries again.
    """
    found = ledger.read_endpoint(ref.endpoint)
    release = ledger.read_release(ref.endpoint, ref.release)
    wanted = Parked(release.drop, ref.execution, release.attempt)
    # Only asked where it matters: nobody else's execution has to be looked at for a free lease.
    other = found.lease.owner if found.lease else ""
    now = clock.now().isoformat()
    owner_runs = found.lease is not None and _owner_runs(found.lease, ref, executions, now)
    record = found if owner_runs or other == ref.execution else _finished(found, ledger)
    decision = request_lease(record, wanted, now=now, owner_runs=owner_runs, returns=not waits)
    if decision.verdict == "parked" and not waits:
        return LeaseAnswer("parked")
    written = _write(decision, found, ref, ledger)
    _tell(decision, written, ref, ledger=ledger, announcer=announcer, now=now)
    settling = written.settling
    abandoned = _to_clear(written, ref, ledger) if decision.verdict == "held" else ""
    return LeaseAnswer(
        decision.verdict,
        abandoned,
        settling=settling.release if settling else "",
        asleep=written.asleep is not None,
    )


def _to_clear(record: EndpointRecord, ref: ReleaseRef, ledger: ReleaseBook) -> str:
    """Return a release that this execution clears away first; it tries each one once."""
    for name in record.abandoned:
        if name == ref.release:
            continue
        with suppress(ReleaseUnknown):
            if (ledger.read_release(ref.endpoint, name).cleanup or {}).get("by") == ref.execution:
                continue
        return name
    return ""


def _owner_runs(lease: Lease, ref: ReleaseRef, executions: Executions, now: str) -> bool:
    """Tell whether another execution holds the lease and still runs.

    Step Functions is eventually consistent: it may not know an execution that has just taken the
    lease, and two would change the endpoint. A lease that was handed over may well be on an
    execution that was never started.
    """
    if lease.owner == ref.execution:
        return False
    runs = executions.runs(lease.owner)
    if runs is None and not lease.handed_by and _age(lease, now) < YOUNG:
        raise ServiceBusy(f"{lease.owner} has just taken the lease, and is not known yet")
    return bool(runs)


def _age(lease: Lease, now: str) -> timedelta:
    return datetime.fromisoformat(now) - datetime.fromisoformat(lease.since)


def _finished(record: EndpointRecord, ledger: ReleaseBook) -> EndpointRecord:
    """Complete what an execution had recorded before it ended without passing the lease on.

    A release that succeeded is live, whatever became of its execution: it must never be taken
    for an abandoned one and cleaned up.
    """
    if record.lease is None:
        return record
    try:
        release = ledger.read_release(record.name, record.lease.release)
    except ReleaseUnknown:
        return replace(record, lease=None)
    if release.outcome == "succeeded":
        return _with_live(replace(record, lease=None), release)
    return replace(record, lease=None) if release.outcome in FINAL else record


def _with_live(record: EndpointRecord, release: ReleaseRecord) -> EndpointRecord:
    live = LiveRelease.of(release)
    both = str(release.made.get("canary_config", ""))
    if record.live and record.live.release == live.release:
        return record  # it may have woken on another instance type than it was planned for
    if not both:
        return replace(record, live=live)
    # It was promoted, and both variants still stand on the endpoint: this release settles first.
    return promote(record, live, until=release.ended or release.started, config=both)


def _write(
    decision: LeaseDecision, found: EndpointRecord, ref: ReleaseRef, ledger: EndpointBook
) -> EndpointRecord:
    """Write what was decided; a drop that was put out is kept with it until its end is recorded."""
    record, out = decision.record, decision.superseded
    # This execution's own drop is decided on again if this call is repeated.
    if out and out.release != ref.release:
        record = replace(record, superseded=(*record.superseded, out))
    if record == found:
        return found
    ledger.write_endpoint(record)
    return replace(record, revision=record.revision + 1)


def _tell(  # noqa: PLR0913 - what was decided, and the ports
    decision: LeaseDecision,
    written: EndpointRecord,
    ref: ReleaseRef,
    *,
    ledger: LeaseBook,
    announcer: Announcer,
    now: str,
) -> None:
    if decision.verdict == "parked":
        facts = {"outcome": "parked", "reason": "Waits for the release that runs now"}
        ledger.note_release(ref.endpoint, ref.release, facts)
    own = decision.superseded
    for drop in dict.fromkeys((*written.superseded, *((own,) if own else ()))):
        supersede_drop(drop, ref, ledger=ledger, announcer=announcer, now=now)
    if written.superseded:
        # On a conflict the next drop records and tells them once more, which does no harm.
        with suppress(LedgerConflict):
            ledger.write_endpoint(replace(written, superseded=()))
