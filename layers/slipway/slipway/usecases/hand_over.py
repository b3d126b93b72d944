"""Give the lease back, or to the drop that waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from slipway.domain.capacity.claims import REFUSED, drop
from slipway.domain.lease import outdated, pass_lease
from slipway.domain.settling import promote
from slipway.ports import Announcer, EndpointBook, Starter, TokenBin
from slipway.usecases.supersede_drop import SupersedingBook, supersede_drop

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord, Parked
    from slipway.domain.release import LiveRelease
    from slipway.usecases.reference import ReleaseRef


@dataclass(frozen=True, slots=True)
class Standby:
    """What served before stays at weight 0, ready to take the traffic again.

    Parameters
    ----------
    until : str
        ISO 8601 in UTC.
    config : str
        The endpoint configuration that holds both variants.
    """

    until: str
    config: str


class HandOverBook(SupersedingBook, EndpointBook, TokenBin, Protocol):
    """The parts of the ledger that passing a lease on touches."""


def hand_over(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    live: LiveRelease | None,
    *,
    ledger: HandOverBook,
    starter: Starter,
    announcer: Announcer,
    now: str,
    standby: Standby | None = None,
) -> str:
    """Write what is live now, pass the lease on, and start the drop that it was passed to.

    One conditional write decides, so a drop that parks at this moment is either seen here or
    finds the lease free. May be repeated: the start is named.

    Parameters
    ----------
    standby : Standby, optional
        How long what served before stays beside the new release; without it, not at all.

    Returns
    -------
    str
        The execution that holds the lease now; empty if the lease is free.
    """
    # While the lease is still held: the next release's token is not this one's to remove.
    ledger.drop_token(ref.endpoint, ref.release)
    record = ledger.read_endpoint(ref.endpoint)
    if record.lease and record.lease.owner == ref.execution:
        record = _promoted(record, live, standby)
        late = outdated(record)
        if late:
            supersede_drop(late, ref, ledger=ledger, announcer=announcer, now=now)
        record = pass_lease(record, ref.execution, successor=_successor(record, ref), now=now)
        ledger.write_endpoint(record)
    if not _handed_by(record, ref) or record.parked is None or record.lease is None:
        return ""
    _start(record.parked, ref, starter)
    return record.lease.owner


def _promoted(
    record: EndpointRecord, live: LiveRelease | None, standby: Standby | None
) -> EndpointRecord:
    record = forget_refusal(record, live)
    if live and standby:
        return promote(record, live, until=standby.until, config=standby.config)
    return replace(record, live=live or record.live)


def forget_refusal(record: EndpointRecord, live: LiveRelease | None) -> EndpointRecord:
    """Return the item without what AWS refuses of a type that does not serve any more."""
    if live is None or record.live is None or record.live.instance_type == live.instance_type:
        return record
    return replace(record, claims=drop(record.claims, REFUSED))


def _handed_by(record: EndpointRecord, ref: ReleaseRef) -> bool:
    return record.lease is not None and record.lease.handed_by == ref.execution


def _successor(record: EndpointRecord, ref: ReleaseRef) -> str:
    if record.parked is None:
        return ""
    executions = ref.machine.replace(":stateMachine:", ":execution:")
    return f"{executions}:{_name(record.parked)}"


def _name(parked: Parked) -> str:
    return f"{parked.drop.digest}-{parked.attempt + 1}"


def _start(parked: Parked, ref: ReleaseRef, starter: Starter) -> None:
    payload = {
        "drop": parked.drop.as_dict(),
        "previous": parked.execution,
        "attempt": parked.attempt + 1,
    }
    starter.start(ref.machine, _name(parked), payload)
