"""Let everything that watches and scales an endpoint rest with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.rest import quiet
from slipway.domain.naming import schedule_name
from slipway.usecases.hold_rest import hold_rest

if TYPE_CHECKING:
    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Clock, EndpointBook, Guards, PausedSchedules, Scaling
    from slipway.usecases.reference import ReleaseRef

# What looks at the traffic; known events and waking go on while the endpoint sleeps.
RESTING = ("drift", "judge")


def quiet_guards(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: EndpointBook,
    guards: Guards,
    schedules: PausedSchedules,
    scaling: Scaling,
    clock: Clock,
) -> dict[str, Any]:
    """Take silence for health, pause what looks at the traffic, deregister what scales.

    Application Auto Scaling must not meet an endpoint that goes: it is deregistered before.
    """
    record = hold_rest(ref, ledger=ledger, now=clock.now().isoformat())
    asleep = record.asleep
    if asleep is None:
        return {"paused": []}
    guards.put_alarms(quiet(alarm) for alarm in asleep.snapshot["alarms"])
    paused = _pause(record, asleep, ledger, schedules)
    for target in asleep.snapshot["targets"]:
        scaling.deregister(str(target["ResourceId"]))
    return {"paused": paused}


def _pause(
    record: EndpointRecord, asleep: Asleep, ledger: EndpointBook, schedules: PausedSchedules
) -> list[str]:
    """Pause schedules and remember them: what somebody else paused is left so in the morning."""
    names = [schedule_name(record.name, purpose) for purpose in RESTING]
    found = [name for name in names if schedules.pause(name)]
    before = list(asleep.snapshot.get("paused", []))
    paused = [*before, *(name for name in found if name not in before)]
    if paused != before:
        snapshot = {**asleep.snapshot, "paused": paused}
        ledger.write_endpoint(replace(record, asleep=replace(asleep, snapshot=snapshot)))
    return paused
