"""Let an endpoint that is back in service be watched and scaled as it was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.actions import renewed
from slipway.domain.capacity.fallback import alarm_on, policy_on, target_on
from slipway.domain.naming import alarm_prefix
from slipway.domain.scaling import claimed
from slipway.usecases.apply_floor import with_claims
from slipway.usecases.fall_back import type_of
from slipway.usecases.hold_rest import hold_rest
from slipway.usecases.put_differing import put_differing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.domain.capacity.rest import Asleep
    from slipway.ports import Clock, EndpointMirror, Guards, PausedSchedules, ScalingRestorer
    from slipway.usecases.bedtime import RestBook
    from slipway.usecases.reference import ReleaseRef


def restore_guards(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: RestBook,
    mirror: EndpointMirror,
    guards: Guards,
    schedules: PausedSchedules,
    scaling: ScalingRestorer,
    clock: Clock,
) -> dict[str, int]:
    """Register what scaled, put what is not as it was of the alarms, let the schedules go on.

    Limits are those of the snapshot, but what is claimed by now counts.
    """
    now = clock.now()
    asleep = hold_rest(ref, ledger=ledger, now=now.isoformat()).asleep
    if asleep is None:
        return {"targets": 0, "alarms": 0}
    old, new = str(asleep.snapshot["types"][0]), type_of(asleep)
    _scale(ref, asleep, ledger, scaling, now)
    for policy in asleep.snapshot["policies"]:
        scaling.put_policy(policy_on(policy, old, new))
    for action in filter(None, (renewed(each, now) for each in asleep.snapshot.get("actions", []))):
        scaling.put_action(action)
    alarms = [alarm_on(alarm, old, new) for alarm in asleep.snapshot["alarms"]]
    put_differing(alarms, alarm_prefix(ref.endpoint), mirror=mirror, guards=guards)
    for name in asleep.snapshot.get("paused", []):
        schedules.resume(name)
    return {"targets": len(asleep.snapshot["targets"]), "alarms": len(alarms)}


def _scale(
    ref: ReleaseRef, asleep: Asleep, ledger: RestBook, scaling: ScalingRestorer, now: datetime
) -> None:
    release = ledger.read_release(ref.endpoint, ref.release)
    planned = release.scaling.get("target") or {}
    most = release.policy.get("most", {})
    for slept in asleep.snapshot["targets"]:
        # What the ledger says counts: a setting may have changed, a claim ended or begun.
        own = planned.get("ResourceId") == slept["ResourceId"]
        limits = target_on(planned if own else slept, type_of(asleep), most)
        register = partial(_register, slept, limits, scaling, now)
        with_claims(ref.endpoint, register, ledger=ledger)


def _register(
    slept: Mapping[str, Any],
    limits: Mapping[str, Any],
    scaling: ScalingRestorer,
    now: datetime,
    claims: Claims,
) -> None:
    wanted = claimed(limits, claims, now)
    bounds = {name: int(wanted[name]) for name in ("MinCapacity", "MaxCapacity")}
    scaling.set_bounds({**slept, **bounds})
