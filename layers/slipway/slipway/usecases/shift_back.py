"""Take the traffic off the canary, before anything else is cleaned up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.rollout import Rollout

if TYPE_CHECKING:
    from slipway.ports import Clock, EndpointState, TrafficControl
    from slipway.usecases.reference import ReleaseRef


def shift_back(
    ref: ReleaseRef, *, ledger: HeldBook, endpoints: TrafficControl, clock: Clock
) -> dict[str, Any]:
    """Give all of the traffic to what served before; nothing to do where it never left.

    Raises
    ------
    EndpointBusy
        If SageMaker refuses the change because of another one; the workflow tries again soon.
    """
    now = clock.now().isoformat()
    hold_lease(ref, ledger=ledger, now=now)
    release = ledger.read_release(ref.endpoint, ref.release)
    if not release.made.get("canary_config"):
        return {"shifted": False}
    rollout = Rollout.read(ref, ledger)
    state = endpoints.describe(ref.endpoint)
    has_traffic = _has_traffic(rollout, state)
    if has_traffic:
        endpoints.set_weights(ref.endpoint, rollout.weights(0))
    if has_traffic or (state and "shifted_back" not in release.evidence):
        evidence = {**release.evidence, "shifted_back": now}
        ledger.note_release(ref.endpoint, ref.release, {"evidence": evidence})
    return {"shifted": has_traffic}


def _has_traffic(rollout: Rollout, state: EndpointState | None) -> bool:
    variants = {variant.name: variant for variant in state.variants} if state else {}
    canary = variants.get(rollout.canary)
    if canary is None or rollout.baseline not in variants:
        return False
    # What SageMaker was asked for counts: a change that was accepted is not asked for again.
    wanted = canary.weight if canary.desired_weight is None else canary.desired_weight
    return wanted > 0
