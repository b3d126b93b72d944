"""Record how settling ended, and pass the lease on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.release import words_of_failure
from slipway.domain.settling import failed_to_settle, settled
from slipway.errors import LeaseLost
from slipway.ports import (
    Announcer,
    Clock,
    DropBook,
    EndpointBook,
    News,
    ReleaseBook,
    Starter,
    TokenBin,
)
from slipway.usecases.hand_over import hand_over
from slipway.usecases.hold_settling import hold_settling
from slipway.usecases.pending_cleanup import clean_again
from slipway.usecases.reference import machine_of
from slipway.usecases.schedule_settle import settle_again, settle_schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.ports import Schedules
    from slipway.usecases.reference import ReleaseRef


_BEFORE = "Settled before"


class SettledBook(DropBook, EndpointBook, ReleaseBook, TokenBin, Protocol):
    """The parts of the ledger that the end of settling writes."""


@dataclass(frozen=True, slots=True)
class SettleEnd:
    """How the workflow came to its end.

    Parameters
    ----------
    passes_lease : bool
        Whether the lease is this workflow's own; one that a release lent stays with it.
    failure : mapping
        Error and Cause of the state that failed; empty if it settled.
    kept : mapping
        What keeping the previous variant says: `verdict`, `left`.
    """

    passes_lease: bool
    failure: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)


def record_settled(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    end: SettleEnd,
    *,
    ledger: SettledBook,
    starter: Starter,
    schedules: Schedules,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, str]:
    """Write what the endpoint has now, and give the lease back or to the drop that waits.

    Every step may be repeated: a lost reply makes the workflow call again.
    """
    now = clock.now()
    reason = _Ending(ref, end, ledger).write(now.isoformat())
    if end.failure:
        settle_again(ref.endpoint, ledger=ledger, schedules=schedules, machine=ref.machine, now=now)
        if reason != _BEFORE:
            announcer.announce(_news(ref, reason, ledger))
    else:
        schedules.remove(settle_schedule(ref.endpoint))
    handed = ""
    if end.passes_lease:
        parked = ledger.read_endpoint(ref.endpoint).parked
        owner = replace(ref, machine=machine_of(parked.execution)) if parked else ref
        handed = hand_over(
            owner, None, ledger=ledger, starter=starter, announcer=announcer, now=now.isoformat()
        )
        clean_again(ref.endpoint, ledger=ledger, schedules=schedules, now=now)
    else:
        # Whoever lent the lease removes its own.
        ledger.drop_token(ref.endpoint, ref.release)
    return {"reason": reason, "handed_to": handed}


class _Ending:
    def __init__(self, ref: ReleaseRef, end: SettleEnd, ledger: EndpointBook) -> None:
        self.ref = ref
        self.end = end
        self.ledger = ledger

    def write(self, now: str) -> str:
        try:
            held = hold_settling(self.ref, ledger=self.ledger, now=now)
        except LeaseLost:
            return _BEFORE  # a first call whose reply was lost, or somebody else's turn
        if not self.end.failure:
            self.ledger.write_endpoint(settled(held.record))
            return f"Release {self.ref.release} serves {self.ref.endpoint} alone"
        self.ledger.write_endpoint(failed_to_settle(held.record))
        return self._words(held.settling.previous.drop.version)

    def _words(self, version: str) -> str:
        left = ", ".join(map(str, self.end.kept.get("left", [])))
        pending = f" (cleanup pending: {left})" if left else ""
        return (
            f"Version {version} could not be taken off {self.ref.endpoint} and stays without "
            f"traffic: {words_of_failure(self.end.failure)}{pending}"
        )


def _news(ref: ReleaseRef, reason: str, ledger: ReleaseBook) -> News:
    release = ledger.read_release(ref.endpoint, ref.release)
    return News(
        "Release Not Settled",
        ref.endpoint,
        reason,
        release=ref.release,
        version=release.drop.version,
        execution=ref.execution,
    )
