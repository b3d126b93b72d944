"""Let everything that watches and scales an endpoint rest with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.rest import quiet, rings_on_silence
from slipway.domain.naming import alarm_prefix, schedule_name
from slipway.usecases.hold_rest import hold_rest
from slipway.usecases.put_differing import put_differing

if TYPE_CHECKING:
    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import (
        Clock,
        EndpointBook,
        EndpointMirror,
        Guards,
        PausedSchedules,
        Scaling,
    )
    from slipway.usecases.reference import ReleaseRef

# What looks at the traffic; known events and waking go on while the endpoint sleeps.
RESTING = ("drift", "judge")


def quiet_guards(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: EndpointBook,
    mirror: EndpointMirror,
    guards: Guards,
    schedules: PausedSchedules,
    scaling: Scaling,
    clock: Clock,
) -> dict[str, Any]:
    """Let no alarm ring on silence, pause what looks at the traffic, deregister what scales.

    Slipway's own alarms leave missing data out, and are not written: those of a thousand endpoints
    would keep CloudWatch busy for three quarters of an hour. Application Auto Scaling must not meet
    an endpoint that goes: it is deregistered before.
    """
    record = hold_rest(ref, ledger=ledger, now=clock.now().isoformat())
    asleep = record.asleep
    if asleep is None:
        return {"paused": []}
    loud = [quiet(alarm) for alarm in asleep.snapshot["alarms"] if rings_on_silence(alarm)]
    put_differing(loud, alarm_prefix(ref.endpoint), mirror=mirror, guards=guards)
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
