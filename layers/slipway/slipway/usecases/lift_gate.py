"""A guarded deployment is over: note what the judge found, and take its gate away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.naming import schedule_name
from slipway.usecases.compensate_release import JUDGE
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.measuring import measure_guarded
from slipway.usecases.rollout import Rollout

if TYPE_CHECKING:
    from slipway.ports import Clock, Guards, Measurements, Schedules
    from slipway.usecases.reference import ReleaseRef


def lift_gate(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: HeldBook,
    guards: Guards,
    schedules: Schedules,
    measurements: Measurements,
    clock: Clock,
) -> dict[str, Any]:
    """Note the last judgements; the deployment itself was SageMaker's decision.

    Raises
    ------
    CanaryFailed, ReleaseAborted
        If the release was condemned after SageMaker had looked at its alarms for the last time.
    """
    now = clock.now()
    hold_lease(ref, ledger=ledger, now=now.isoformat())
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    release = rollout.release
    schedules.remove(schedule_name(ref.endpoint, JUDGE))
    judgements = measure_guarded(rollout, measurements=measurements, now=now)
    begun = release.evidence["guarded"]["asked"]
    step = {
        "weight": 100,
        "asked": begun,
        "started": begun,
        "ended": now.isoformat(),
        "judgements": [each.as_dict() for each in judgements],
    }
    facts = {"evidence": {**release.evidence, "steps": [step]}}
    ledger.note_release(ref.endpoint, ref.release, facts)
    gate = release.made.get("gate")
    if gate:
        guards.delete_alarms([gate])
        made = {**release.made, "gate": ""}
        ledger.note_release(ref.endpoint, ref.release, {"made": made})
    return {"judgements": len(judgements)}
