"""Give the canary the instances that its next share of the traffic needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.rollout import canary_instances
from slipway.ports import Bounds, Clock, TokenBook, TrafficControl, Waker
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.rollout import TOKEN_SECONDS, Rollout, require_still
from slipway.usecases.scaling_bounds import hold_scaling

if TYPE_CHECKING:
    from slipway.ports import VariantState
    from slipway.usecases.reference import ReleaseRef


class SizingBook(HeldBook, TokenBook, Protocol):
    """The parts of the ledger that sizing touches."""


def size_canary(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    step: int,
    token: str,
    *,
    ledger: SizingBook,
    endpoints: TrafficControl,
    bounds: Bounds,
    waker: Waker,
    clock: Clock,
) -> None:
    """Store the task token, then ask for the instances; where they are there, finish the task.

    What serves may have grown since the release was planned, and its share of the demand with it.
    Dynamic scaling is held from here until the traffic has moved: a change of its own would make
    SageMaker refuse the next one.
    """
    now = clock.now()
    hold_lease(ref, ledger=ledger, now=now.isoformat())
    ledger.store_token(ref.endpoint, ref.release, token, int(now.timestamp()) + TOKEN_SECONDS)
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    state = endpoints.describe(ref.endpoint)
    baseline, canary = rollout.fleet(state)
    hold_scaling(rollout, baseline, canary, ledger=ledger, bounds=bounds, now=now)
    wanted = _wanted(rollout, step, baseline)
    if canary.desired_count < wanted:
        require_still(ref.endpoint, state)
        endpoints.set_count(ref.endpoint, canary.name, wanted)
    elif state and state.status == "InService":
        waker.wake(token)
        return
    ledger.arm_token(ref.endpoint, token)


def _wanted(rollout: Rollout, index: int, baseline: VariantState) -> int:
    step, most = rollout.step(index), rollout.plan.max_instances
    grown = canary_instances(step.weight, baseline.desired_count, most=most)
    return max(step.canary_instances, grown)
