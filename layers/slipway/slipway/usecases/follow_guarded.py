"""Follow a guarded deployment: SageMaker moves the traffic, and tells nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.usecases.step_reached import step_reached

if TYPE_CHECKING:
    from slipway.ports import Announcer, EndpointReader, ReleaseBook
    from slipway.usecases.rollout import Rollout


def follow_guarded(
    rollout: Rollout, *, ledger: ReleaseBook, endpoints: EndpointReader, announcer: Announcer
) -> None:
    """Announce the step that SageMaker bakes, if it is a new one, and note it.

    After each step it bakes anew, so that the moments at which it began to tell the steps apart.
    A step is announced before it is noted: twice is better than never.
    """
    release = rollout.release
    steps: list[dict[str, Any]] = [dict(each) for each in release.evidence.get("steps", [])]
    state, step = endpoints.describe(release.endpoint), len(steps)
    since = state.baking_since if state else ""
    if not since or step >= len(rollout.plan.steps):
        return
    if any(each["started"] == since for each in steps):
        return
    announcer.announce(step_reached(rollout, step, execution=release.execution))
    reached = {"weight": rollout.step(step).weight, "asked": since, "started": since}
    evidence = {**release.evidence, "steps": [*steps, reached]}
    facts = {"step": step, "steps_done": step, "evidence": evidence}
    ledger.note_release(release.endpoint, release.release, facts)
