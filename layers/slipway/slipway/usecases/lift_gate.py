"""A guarded deployment is over: take its gate away, and decide by what the judge found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.judge import worst
from slipway.domain.naming import schedule_name
from slipway.domain.release import Sentence
from slipway.domain.rollout import decide
from slipway.ports import Condemnation
from slipway.usecases.compensate_release import JUDGE
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.measuring import measure_guarded
from slipway.usecases.rollout import Rollout, raise_sentence
from slipway.usecases.step_reached import step_reached

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.judge import Judgement
    from slipway.ports import Announcer, Clock, Guards, Measurements, Schedules
    from slipway.usecases.reference import ReleaseRef


class LiftingBook(HeldBook, Condemnation, Protocol):
    """The parts of the ledger that the end of a guarded deployment touches."""


def lift_gate(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: LiftingBook,
    guards: Guards,
    schedules: Schedules,
    measurements: Measurements,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, Any]:
    """Note the last judgements, and go back on them where SageMaker did not.

    SageMaker knows alarms only. What the judge found after SageMaker had looked at them for the
    last time, or could not tell at all, is decided here as at the end of any bake.

    Raises
    ------
    CanaryFailed, ReleaseAborted
        If the release was condemned, or is worse, or nobody can tell and the spec says to go back.
    """
    now = clock.now()
    hold_lease(ref, ledger=ledger, now=now.isoformat())
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    release = rollout.release
    schedules.remove(schedule_name(ref.endpoint, JUDGE))
    judgements = measure_guarded(rollout, measurements=measurements, now=now)
    steps = _steps(rollout)
    if steps != release.evidence.get("steps"):
        # SageMaker gave all of the traffic without a bake that was seen.
        last = len(rollout.plan.steps) - 1
        announcer.announce(step_reached(rollout, last, execution=ref.execution, watched=False))
    found = {"ended": now.isoformat(), "judgements": [each.as_dict() for each in judgements]}
    steps[-1] = {**steps[-1], **found}
    facts = {"evidence": {**release.evidence, "steps": steps}}
    ledger.note_release(ref.endpoint, ref.release, facts)
    gate = release.made.get("gate")
    if gate:
        guards.delete_alarms([gate])
        made = {**release.made, "gate": ""}
        ledger.note_release(ref.endpoint, ref.release, {"made": made})
    _require_good(rollout, judgements, ledger, now.isoformat())
    return {"judgements": len(judgements)}


def _require_good(
    rollout: Rollout, judgements: Sequence[Judgement], ledger: LiftingBook, now: str
) -> None:
    release, decisive = rollout.release, worst(judgements)
    policy = release.policy.get("inconclusive", "roll-back")
    decision = decide(decisive, step=0, steps=1, tries=1, policy=policy, most=1)
    if decision.action == "roll-back":
        sentence = Sentence(decision.reason, "judge", now, evidence=decisive.as_dict())
        found = ledger.condemn(release.endpoint, release.release, sentence)
        raise_sentence(found.condemned or sentence.as_dict())


def _steps(rollout: Rollout) -> list[dict[str, Any]]:
    """Return the steps that were seen, and the last one in any case."""
    evidence, full = rollout.release.evidence, rollout.plan.steps[-1].weight
    seen = [dict(each) for each in evidence.get("steps", [])]
    if seen and seen[-1]["weight"] == full:
        return seen
    begun = evidence["guarded"]["asked"]
    return [*seen, {"weight": full, "asked": begun, "started": begun}]
