"""Give the canary the instances that its next share of the traffic needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.canary_size import Exchange, Sizes, resize
from slipway.errors import EndpointBusy
from slipway.ports import Bounds, Clock, TokenBook, TrafficControl, Waker
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.rollout import TOKEN_SECONDS, Rollout, require_still
from slipway.usecases.scaling_bounds import hold_scaling

if TYPE_CHECKING:
    from slipway.domain.release import LiveRelease
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

    A release may wait for days, and demand changes meanwhile: what serves gets the instances that
    a way back needs, as the canary gets those of its next share. Dynamic scaling is held from here
    until the traffic has moved: a change of its own would make SageMaker refuse the next one.

    Raises
    ------
    EndpointBusy
        If SageMaker changes the endpoint right now, or both sides need more: it takes the count of
        one variant at a time. The workflow tries again.
    """
    now = clock.now()
    record = hold_lease(ref, ledger=ledger, now=now.isoformat())
    ledger.store_token(ref.endpoint, ref.release, token, int(now.timestamp()) + TOKEN_SECONDS)
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    state = endpoints.describe(ref.endpoint)
    baseline, canary = rollout.fleet(state)
    hold_scaling(rollout, baseline, canary, ledger=ledger, bounds=bounds, now=now)
    sizes = _sizes(rollout, step, record.live, baseline, canary)
    facts = {"sizes": {**sizes.as_dict(), "step": step}}
    ledger.note_release(ref.endpoint, ref.release, facts)
    short = [
        (variant, count)
        for variant, count in ((canary, sizes.canary), (baseline, sizes.baseline))
        if variant.desired_count < count
    ]
    if short:
        require_still(ref.endpoint, state)
        variant, count = short[0]
        endpoints.set_count(ref.endpoint, variant.name, count)
        if len(short) > 1:
            raise EndpointBusy(
                f"Endpoint {ref.endpoint} takes the instances of {variant.name} first"
            )
    elif state and state.status == "InService":
        waker.wake(token)
        return
    ledger.arm_token(ref.endpoint, token)


def _sizes(
    rollout: Rollout,
    step: int,
    live: LiveRelease | None,
    baseline: VariantState,
    canary: VariantState,
) -> Sizes:
    """Return what both sides need at a step, from what they have come to since the one before."""
    plan, known = rollout.plan, rollout.release.sizes
    before = (
        Sizes.from_dict(known)
        if known
        else Sizes.first(baseline.desired_count, canary.desired_count)
    )
    same = live is None or live.instance_type == plan.instance_type
    return resize(
        before,
        Exchange(plan.instance_count, plan.max_instances, same_type=same),
        share=rollout.step(step - 1).weight if step else 0,
        weight=rollout.step(step).weight,
        baseline=baseline.desired_count,
        canary=canary.desired_count,
    )
