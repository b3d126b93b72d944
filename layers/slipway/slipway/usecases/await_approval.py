"""Wait for a person before the next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from slipway.domain.naming import schedule_name
from slipway.ports import Announcer, Clock, GateBook, News, Schedules, Waker
from slipway.usecases.compensate_release import JUDGE
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.rollout import Rollout, judgements_before, raise_sentence

if TYPE_CHECKING:
    from slipway.usecases.reference import ReleaseRef

# Looking at all minutes since the first one takes longer each time; alarms go on for ever.
JUDGED = timedelta(days=1)
_WHY = {
    "approve": "waits for approval",
    "paused": "was paused",
    "inconclusive": "cannot be judged and waits for a person",
}


class WaitingBook(HeldBook, GateBook, Protocol):
    """The parts of the ledger that a gate touches."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What is waited for.

    Parameters
    ----------
    step : int
        Index of the step that comes; the number of steps before a promotion.
    gate : str
        Why: ``approve``, ``paused`` or ``inconclusive``.
    judge : str
        ARN of the function that looks at the canary each minute.
    """

    step: int
    gate: str
    token: str
    judge: str


def await_approval(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    wait: Wait,
    *,
    ledger: WaitingBook,
    waker: Waker,
    schedules: Schedules,
    announcer: Announcer,
    clock: Clock,
) -> None:
    """Store the task token where commands find it, and tell people.

    Users go on meeting the canary meanwhile, so the judge goes on as well. With all of the
    traffic on it there is nothing beside it to compare it with; then only alarms watch.

    A release that was paused and is resumed at this very moment goes on by itself: who resumes
    looks for a token after writing that the release is not paused, and so is this looked at after
    the token was written.
    """
    moment = clock.now()
    now = moment.isoformat()
    hold_lease(ref, ledger=ledger, now=now)
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    if 0 < wait.step < len(rollout.plan.steps):
        payload = {"endpoint": ref.endpoint, "release": ref.release}
        name = schedule_name(ref.endpoint, JUDGE)
        schedules.every_minute(name, wait.judge, payload, until=moment + JUDGED)
    gate = {"token": wait.token, "since": now, "step": wait.step, "why": wait.gate}
    opened = ledger.open_gate(ref.endpoint, ref.release, gate)
    release = ledger.read_release(ref.endpoint, ref.release)
    if not opened:
        raise_sentence(release.condemned or {})
    if wait.gate == "paused" and not release.paused:
        ledger.close_gate(ref.endpoint, ref.release, wait.token)
        waker.wake(wait.token)
        return
    announcer.announce(_news(ref, rollout, wait))


def _news(ref: ReleaseRef, rollout: Rollout, wait: Wait) -> News:
    version, steps = rollout.release.drop.version, rollout.plan.steps
    coming = f"{steps[wait.step].weight} %" if wait.step < len(steps) else "its promotion"
    share = steps[wait.step - 1].weight if wait.step else 0
    return News(
        "Release Step Reached",
        ref.endpoint,
        f"Version {version} {_WHY[wait.gate]} before {coming}; it gets {share} % of the requests",
        release=ref.release,
        version=version,
        execution=ref.execution,
        facts={
            "step": min(wait.step + 1, len(steps)),
            "steps": len(steps),
            "weight": share,
            "bake_seconds": steps[min(wait.step, len(steps) - 1)].bake_seconds,
            "judgements": judgements_before(rollout, wait.step),
            "waiting": wait.gate,
        },
    )
