"""Decide what follows the end of a bake."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.domain.judge import worst
from slipway.domain.naming import schedule_name
from slipway.domain.release import Sentence
from slipway.domain.rollout import Decision, decide
from slipway.ports import BakeBook, Clock, Condemnation, Measurements, ReleaseBook, Schedules
from slipway.usecases.compensate_release import JUDGE
from slipway.usecases.measuring import measure_step
from slipway.usecases.rollout import Rollout, raise_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.judge import Judgement
    from slipway.usecases.reference import ReleaseRef

Gate = Literal["", "approve", "paused", "inconclusive"]
"""Why the release waits for a person before it goes on; empty if it does not."""


class StepBook(BakeBook, Condemnation, ReleaseBook, Protocol):
    """The parts of the ledger that the end of a bake touches."""


@dataclass(frozen=True, slots=True)
class Next:
    """What the workflow does now.

    Parameters
    ----------
    step, tries : int
        The step that comes, and how often it has been baked then.
    """

    action: Literal["advance", "bake-again", "promote"]
    step: int
    tries: int
    gate: Gate
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return asdict(self)


def judge_step(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    step: int,
    tries: int,
    *,
    ledger: StepBook,
    measurements: Measurements,
    schedules: Schedules,
    clock: Clock,
) -> Next:
    """Take the last look at a bake that is over, and decide.

    Raises
    ------
    CanaryFailed
        If the new version is worse, or nobody can tell and the spec says to go back then.
    ReleaseAborted
        If a person ended the release meanwhile.
    """
    now = clock.now()
    rollout = Rollout.read(ref, ledger)
    schedules.remove(schedule_name(ref.endpoint, JUDGE))
    if rollout.release.bake:
        ledger.end_bake(ref.endpoint, ref.release, rollout.release.bake["token"])
    rollout.require_uncondemned()
    judgements = measure_step(rollout, step=step, tries=tries, measurements=measurements, now=now)
    decision = decide(
        worst(judgements),
        step=step,
        steps=len(rollout.plan.steps),
        tries=tries,
        policy=rollout.release.policy.get("inconclusive", "roll-back"),
    )
    _note(rollout, step, judgements, ledger, now.isoformat())
    if decision.action == "roll-back":
        sentence = Sentence(
            decision.reason, "judge", now.isoformat(), evidence=worst(judgements).as_dict()
        )
        found = ledger.condemn(ref.endpoint, ref.release, sentence)
        raise_sentence(found.condemned or sentence.as_dict())
    coming = _next(decision, rollout, step, tries)
    if coming.step > step:
        ledger.note_release(ref.endpoint, ref.release, {"steps_done": coming.step})
    return coming


def _note(
    rollout: Rollout, step: int, judgements: Sequence[Judgement], ledger: StepBook, now: str
) -> None:
    release = rollout.release
    steps = [dict(each) for each in release.evidence["steps"]]
    steps[step] |= {"ended": now, "judgements": [each.as_dict() for each in judgements]}
    facts = {"evidence": {**release.evidence, "steps": steps}}
    ledger.note_release(release.endpoint, release.release, facts)


def _next(decision: Decision, rollout: Rollout, step: int, tries: int) -> Next:
    if decision.action == "bake-again":
        return Next("bake-again", step, tries + 1, "", decision.reason)
    last = step + 1 >= len(rollout.plan.steps)
    action: Literal["advance", "promote"] = "promote" if last else "advance"
    gate = "inconclusive" if decision.action == "pause" else gate_before(rollout, last=last)
    return Next(action, step + 1, 1, gate, decision.reason)


def gate_before(rollout: Rollout, *, last: bool) -> Gate:
    """Return why a person is asked before the next step, or before promoting after the last."""
    release = rollout.release
    if release.paused:
        return "paused"
    return "approve" if release.policy.get("approve") and not last else ""
