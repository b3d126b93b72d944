"""A known event: its instances before it begins, and the way down after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.usecases.event_look import EventLook

if TYPE_CHECKING:
    from slipway.ports import Clock
    from slipway.usecases.event_call import Account, EventCall, HoldBook


def hold_event(
    call: EventCall, account: Account, *, ledger: HoldBook, clock: Clock
) -> dict[str, Any]:
    """Do what the moment asks for; may be repeated at any time.

    Before the end the event's instances are claimed, and looked for each minute until they are
    there. From the end on MaxCapacity follows the demand down, each minute, until it is restored.
    A schedule of an event that was edited or taken out since does nothing.
    """
    look = EventLook(call, account, ledger, clock)
    record = ledger.read_endpoint(call.endpoint)
    if call.event.fingerprint not in record.events:
        return {"phase": "stale", "reason": f"{call.event.name} is planned otherwise by now"}
    if clock.now() < call.event.ends:
        return look.hold(record)
    return look.follow(record)
