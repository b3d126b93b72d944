"""Record how going to sleep or waking ended, tell it, and pass the lease on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.errors import LeaseLost
from slipway.usecases.hand_over import hand_over
from slipway.usecases.hold_rest import hold_rest
from slipway.usecases.reference import machine_of
from slipway.usecases.rest_recorder import RestRecorder

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Announcer, Clock, EndpointBook, Schedules, Starter
    from slipway.usecases.reference import ReleaseRef
    from slipway.usecases.rest_recorder import RestedBook, RestEnd


def record_rest(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    end: RestEnd,
    *,
    ledger: RestedBook,
    starter: Starter,
    schedules: Schedules,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, str]:
    """Write what the endpoint is now, and give the lease back or to the drop that waits.

    It is told while the lease is held, so that a repeated call loses no news.

    Parameters
    ----------
    ref : ReleaseRef
        The live release; `machine` is the rest workflow, which may be started again.
    """
    now = clock.now()
    try:
        record = _held(ref, end, ledger, now)
    except LeaseLost:
        return {"reason": "Recorded before", "handed_to": ""}
    recorder = RestRecorder(ref, end, ledger, schedules, announcer, now)
    reason = {
        "asleep": recorder.asleep,
        "awake": recorder.awake,
        "held": recorder.held,
        "failed": recorder.failed,
    }[end.outcome](record)
    ledger.drop_token(ref.endpoint, ref.release)
    handed = ""
    if end.passes_lease:
        parked = ledger.read_endpoint(ref.endpoint).parked
        owner = replace(ref, machine=machine_of(parked.execution)) if parked else ref
        handed = hand_over(
            owner, None, ledger=ledger, starter=starter, announcer=announcer, now=now.isoformat()
        )
    return {"reason": reason, "handed_to": handed}


def _held(ref: ReleaseRef, end: RestEnd, ledger: EndpointBook, now: datetime) -> EndpointRecord:
    if end.outcome == "failed":
        return ledger.read_endpoint(ref.endpoint)  # it may be the lease that it did not get
    return hold_rest(ref, ledger=ledger, now=now.isoformat())
