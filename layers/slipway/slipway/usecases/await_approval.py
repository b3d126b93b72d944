"""Wait for a person before the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.ports import Announcer, Clock, GateBook, News, Waker
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.rollout import Rollout, judgements_before, raise_sentence

if TYPE_CHECKING:
    from slipway.usecases.reference import ReleaseRef

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
    """

    step: int
    gate: str
    token: str


def await_approval(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    wait: Wait,
    *,
    ledger: WaitingBook,
    waker: Waker,
    announcer: Announcer,
    clock: Clock,
) -> None:
    """Store the task token where commands find it, and tell people.

    A release that was paused and is resumed at this very moment goes on by itself: who resumes
    looks for a token after writing that the release is not paused, and so is this looked at after
    the token was written.
    """
    now = clock.now().isoformat()
    hold_lease(ref, ledger=ledger, now=now)
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
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
