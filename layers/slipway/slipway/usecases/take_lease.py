"""Take the lease of an endpoint, or wait for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.domain.lease import LeaseDecision, LeaseVerdict, Parked, request_lease
from slipway.ports import Announcer, Clock, DropBook, EndpointBook, Executions, ReleaseBook
from slipway.usecases.supersede_drop import supersede_drop

if TYPE_CHECKING:
    from slipway.usecases.reference import ReleaseRef


class LeaseBook(DropBook, EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that order releases."""


@dataclass(frozen=True, slots=True)
class LeaseAnswer:
    """Whether the release goes on, and what another one left behind."""

    verdict: LeaseVerdict
    abandoned: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def take_lease(
    ref: ReleaseRef,
    *,
    ledger: LeaseBook,
    executions: Executions,
    announcer: Announcer,
    clock: Clock,
) -> LeaseAnswer:
    """Hold the endpoint's lease, wait for it as the newest drop, or give way to a newer one.

    Raises
    ------
    LedgerConflict
        If another execution decided at the same time; the workflow tries again.
    """
    record = ledger.read_endpoint(ref.endpoint)
    release = ledger.read_release(ref.endpoint, ref.release)
    wanted = Parked(release.drop, ref.execution, release.attempt)
    # Only asked where it matters: nobody else's execution has to be looked at for a free lease.
    other = record.lease.owner if record.lease else ""
    owner_runs = bool(other) and other != ref.execution and executions.runs(other)
    now = clock.now().isoformat()
    decision = request_lease(record, wanted, now=now, owner_runs=owner_runs)
    if decision.record != record:
        ledger.write_endpoint(decision.record)
    _tell(decision, ref, ledger, announcer, now)
    return LeaseAnswer(decision.verdict, decision.abandoned)


def _tell(
    decision: LeaseDecision, ref: ReleaseRef, ledger: LeaseBook, announcer: Announcer, now: str
) -> None:
    if decision.verdict == "parked":
        facts = {"outcome": "parked", "reason": "Waits for the release that runs now"}
        ledger.note_release(ref.endpoint, ref.release, facts)
    if decision.superseded:
        supersede_drop(decision.superseded, ref, ledger=ledger, announcer=announcer, now=now)
