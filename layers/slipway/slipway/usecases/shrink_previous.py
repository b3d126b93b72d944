"""Shrink the variant that is about to go, so that its last update moves few instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.scaling import resource_id
from slipway.errors import EndpointBusy, EndpointMissing
from slipway.ports import Clock, EndpointBook, Scaling, TokenBook, TrafficControl, Waker
from slipway.usecases.hold_settling import hold_settling
from slipway.usecases.rollout import FULL, TOKEN_SECONDS, require_still

if TYPE_CHECKING:
    from slipway.domain.release import LiveRelease
    from slipway.ports import VariantState
    from slipway.usecases.reference import ReleaseRef


class ShrinkingBook(EndpointBook, TokenBook, Protocol):
    """The parts of the ledger that shrinking touches."""


def shrink_previous(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    token: str,
    *,
    ledger: ShrinkingBook,
    endpoints: TrafficControl,
    scaling: Scaling,
    waker: Waker,
    clock: Clock,
) -> None:
    """Store the task token, then ask for one instance; where there is one, finish the task.

    UpdateEndpoint builds a new fleet for every variant, the one that goes included in the count
    until it is gone.

    Raises
    ------
    EndpointBusy
        If SageMaker changes the endpoint right now; the workflow tries again.
    """
    now = clock.now()
    held = hold_settling(ref, ledger=ledger, now=now.isoformat())
    ledger.store_token(ref.endpoint, ref.release, token, int(now.timestamp()) + TOKEN_SECONDS)
    state = endpoints.describe(ref.endpoint)
    if state is None:
        raise EndpointMissing(f"Endpoint {ref.endpoint} no longer exists")
    variants = {variant.name: variant for variant in state.variants}
    previous = variants.get(held.settling.previous.variant)
    if previous is None:
        waker.wake(token)
        return
    # A registered target would raise the count again.
    scaling.deregister(resource_id(ref.endpoint, previous.name))
    require_still(ref.endpoint, state)
    _bring_home(ref.endpoint, held.live, previous, endpoints)
    if previous.desired_count <= 1:
        waker.wake(token)
        return
    endpoints.set_count(ref.endpoint, previous.name, 1)
    ledger.arm_token(ref.endpoint, token)


def _bring_home(
    endpoint: str, live: LiveRelease, previous: VariantState, endpoints: TrafficControl
) -> None:
    """Make sure that nobody is served by what shrinks: a revert may have ended half way."""
    if previous.weight or previous.desired_weight:
        endpoints.set_weights(endpoint, {live.variant: float(FULL), previous.name: 0.0})
        raise EndpointBusy(f"Endpoint {endpoint} takes the traffic off {previous.name} first")
