"""Who may change an endpoint, and which drop is next: decided on one ledger item."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from slipway.domain.capacity.claims import RELEASE
from slipway.domain.capacity.claims import drop as drop_claim

if TYPE_CHECKING:
    from slipway.domain.capacity.ahead import Ahead
    from slipway.domain.capacity.claims import Claim
    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.release import Drop, LiveRelease
    from slipway.domain.settling import Settling

LeaseVerdict = Literal["held", "parked", "superseded"]
"""What a drop that asks for the lease is told."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The execution that may change the endpoint.

    Parameters
    ----------
    handed_by : str
        The execution that passed the lease on and has to start the owner; empty if nobody did.
    """

    owner: str
    release: str
    since: str
    handed_by: str = ""


@dataclass(frozen=True, slots=True)
class Parked:
    """The newest drop that waits, and how often it was started already."""

    drop: Drop
    execution: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class EndpointRecord:
    """The one ledger item of an endpoint; `revision` guards every write of it.

    Parameters
    ----------
    abandoned : tuple of str
        The releases whose executions ended without finishing, or with their clean-up pending, until
        each is cleared away: neither a lost answer nor another dead execution may let one be
        forgotten.
    superseded : tuple of Drop
        The drops that a newer one put out, until their end is recorded and told.
    claims : tuple of Claim
        Who wants how many instances; one use case makes scaling's limits of them.
    asleep : Asleep, optional
        What it takes to wake the endpoint, while it sleeps.
    kept_awake : str
        Why the endpoint does not sleep although it is due; empty if it is not.
    provisioning : tuple of int
        How many seconds the last fleets took to come into service, the newest last.
    events : tuple of str
        The known events that have schedules, so that those which the spec drops lose them.
    ahead : tuple of Ahead
        When those of them that are not over begin and end: no night takes them.
    """

    name: str
    revision: int = 0
    lease: Lease | None = None
    parked: Parked | None = None
    live: LiveRelease | None = None
    settling: Settling | None = None
    abandoned: tuple[str, ...] = ()
    superseded: tuple[Drop, ...] = ()
    claims: tuple[Claim, ...] = ()
    asleep: Asleep | None = None
    kept_awake: str = ""
    provisioning: tuple[int, ...] = ()
    events: tuple[str, ...] = ()
    ahead: tuple[Ahead, ...] = ()

    @property
    def state(self) -> str:
        """What `slipway status` calls the endpoint."""
        if self.asleep:
            return self.asleep.words
        if self.settling and (not self.lease or self.lease.release == self.settling.release):
            return "settling"
        if self.lease:
            return "releasing"
        return "serving" if self.live else "empty"


@dataclass(frozen=True, slots=True)
class LeaseDecision:
    """The verdict, the item as it has to be written, and whom it puts out.

    Parameters
    ----------
    superseded : Drop, optional
        The drop that will never run.
    """

    verdict: LeaseVerdict
    record: EndpointRecord
    superseded: Drop | None = None


def request_lease(
    record: EndpointRecord, wanted: Parked, *, now: str, owner_runs: bool, returns: bool = False
) -> LeaseDecision:
    """Decide whether the drop runs, waits or is too late.

    Parameters
    ----------
    record : EndpointRecord
        The item as it was read.
    wanted : Parked
        The drop and the execution that asks.
    owner_runs : bool
        Whether the execution that holds the lease still runs; time is no evidence of that.
    returns : bool
        Whether the drop only goes back: no newer one makes that superfluous.
    """
    lease = record.lease
    if lease and lease.owner == wanted.execution:
        return LeaseDecision("held", _unparked(record, wanted.drop))
    if record.live and not returns and wanted.drop.older_than(record.live.drop):
        return LeaseDecision("superseded", _unparked(record, wanted.drop), superseded=wanted.drop)
    if lease and owner_runs:
        return _park(record, wanted)
    # Another drop that waits is kept: it runs when this execution ends, or proves older than it.
    record = _unparked(record, wanted.drop)
    held = Lease(wanted.execution, wanted.drop.release, since=now)
    # What a release that ended left behind is forgotten when it is gone, and not before.
    left = _abandoned(record, wanted.drop, keep=returns)
    return LeaseDecision("held", replace(record, lease=held, abandoned=left))


def _unparked(record: EndpointRecord, drop: Drop) -> EndpointRecord:
    return replace(record, parked=None) if _waits(record, drop.release) else record


def _waits(record: EndpointRecord, release: str) -> bool:
    return record.parked is not None and record.parked.drop.release == release


def _abandoned(record: EndpointRecord, drop: Drop, *, keep: bool) -> tuple[str, ...]:
    # A lease that was handed to a drop which never started is no release that left anything behind;
    # and an execution that carries on with the same release adopts what it made.
    left = [release for release in record.abandoned if keep or release != drop.release]
    held = record.lease.release if record.lease else ""
    if held and held not in {drop.release, *left} and not _waits(record, held):
        left.append(held)
    return tuple(left)


def _park(record: EndpointRecord, wanted: Parked) -> LeaseDecision:
    waiting = record.parked
    if waiting is None or waiting.drop == wanted.drop:
        return LeaseDecision("parked", replace(record, parked=wanted))
    if wanted.drop.older_than(waiting.drop):
        return LeaseDecision("superseded", record, superseded=wanted.drop)
    return LeaseDecision("parked", replace(record, parked=wanted), superseded=waiting.drop)


def outdated(record: EndpointRecord) -> Drop | None:
    """Return the waiting drop if what serves is newer: a lease may be taken over before it runs."""
    if record.parked and record.live and record.parked.drop.older_than(record.live.drop):
        return record.parked.drop
    return None


def pass_lease(record: EndpointRecord, owner: str, *, successor: str, now: str) -> EndpointRecord:
    """Return the item after its owner is done: free, or with the lease on the waiting drop.

    What a release claimed for itself goes with its lease.

    Parameters
    ----------
    successor : str
        The execution ARN that the waiting drop will be started under.
    """
    if record.lease is None or record.lease.owner != owner:
        return record
    record = replace(record, claims=drop_claim(record.claims, RELEASE))
    if record.parked is None or outdated(record):
        return replace(record, lease=None, parked=None)
    drop = record.parked.drop
    lease = Lease(owner=successor, release=drop.release, since=now, handed_by=owner)
    return replace(record, lease=lease)
