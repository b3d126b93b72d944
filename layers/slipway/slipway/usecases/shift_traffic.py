"""Give the canary its next share of the traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from slipway.errors import CapacityRefused
from slipway.ports import AlarmReader, Clock, Condemnation, TokenBook, TrafficControl, Waker
from slipway.usecases.condemn_ringing import condemn_ringing
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.rollout import (
    TOKEN_SECONDS,
    Rollout,
    awaits_share,
    has_share,
    raise_sentence,
    require_still,
)

if TYPE_CHECKING:
    from slipway.usecases.reference import ReleaseRef


class ShiftingBook(HeldBook, TokenBook, Condemnation, Protocol):
    """The parts of the ledger that a shift touches."""


def shift_traffic(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    step: int,
    token: str,
    *,
    ledger: ShiftingBook,
    endpoints: TrafficControl,
    alarms: AlarmReader,
    waker: Waker,
    clock: Clock,
) -> None:
    """Store the task token, then change the weights and nothing else.

    Raises
    ------
    CanaryFailed, ReleaseAborted
        If the release was condemned, or an alarm of the canary rings: nothing is increased then.
    CapacityRefused
        If the instances that were asked for did not come.
    EndpointBusy
        If SageMaker changes the endpoint right now; the workflow tries again.
    """
    now = clock.now()
    hold_lease(ref, ledger=ledger, now=now.isoformat())
    ledger.store_token(ref.endpoint, ref.release, token, int(now.timestamp()) + TOKEN_SECONDS)
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    condemn_ringing(rollout, ledger=ledger, alarms=alarms, now=now.isoformat())
    state = endpoints.describe(ref.endpoint)
    baseline, canary = rollout.fleet(state)
    wanted = rollout.step(step)
    if has_share(baseline, canary, wanted.weight) and state and state.status == "InService":
        waker.wake(token)
        return
    if awaits_share(baseline, canary, wanted.weight) and state and state.status == "Updating":
        ledger.arm_token(ref.endpoint, token)
        return
    require_still(ref.endpoint, state)
    needed = rollout.canary_count(step)
    if canary.current_count < needed:
        reason = (state and state.failure) or "SageMaker gives no reason"
        raise CapacityRefused(
            f"The new version has {canary.current_count} of the {needed} "
            f"instances that {wanted.weight} % of the traffic need: {reason}"
        )
    asked = {"step": step, "evidence": _asked(rollout, step, now.isoformat())}
    if not ledger.conclude(ref.endpoint, ref.release, asked):
        raise_sentence(ledger.read_release(ref.endpoint, ref.release).condemned or {})
    endpoints.set_weights(ref.endpoint, rollout.weights(wanted.weight))
    ledger.arm_token(ref.endpoint, token)
    # Whoever condemned the release before the token was armed could not fail it.
    Rollout.read(ref, ledger).require_uncondemned()


def _asked(rollout: Rollout, step: int, now: str) -> dict[str, Any]:
    evidence = rollout.release.evidence
    done = list(evidence.get("steps", [])[:step])
    begun = {"weight": rollout.step(step).weight, "asked": now}
    return {**evidence, "steps": [*done, begun]}
