"""Leave the live variant alone on its endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.scaling import resource_id
from slipway.errors import EndpointMissing, NameTaken
from slipway.ports import Clock, EndpointBook, EndpointUpdater, Scaling, TokenBook, Waker
from slipway.usecases.hold_settling import hold_settling
from slipway.usecases.rollout import TOKEN_SECONDS, require_still

if TYPE_CHECKING:
    from slipway.usecases.reference import ReleaseRef


class RetiringBook(EndpointBook, TokenBook, Protocol):
    """The parts of the ledger that retiring touches."""


def retire_previous(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    token: str,
    *,
    ledger: RetiringBook,
    endpoints: EndpointUpdater,
    scaling: Scaling,
    waker: Waker,
    clock: Clock,
) -> None:
    """Store the task token, then ask for the configuration of the live variant alone.

    It was made when the canary was added, and its variant keeps its count and its weight.

    Raises
    ------
    NameTaken
        If the endpoint serves something that Slipway did not put there.
    EndpointBusy
        If SageMaker changes the endpoint right now; the workflow tries again.
    """
    now = clock.now()
    held = hold_settling(ref, ledger=ledger, now=now.isoformat())
    ledger.store_token(ref.endpoint, ref.release, token, int(now.timestamp()) + TOKEN_SECONDS)
    state = endpoints.describe(ref.endpoint)
    if state is None:
        raise EndpointMissing(f"Endpoint {ref.endpoint} no longer exists")
    if state.config == held.live.config:
        if state.status == "InService":
            waker.wake(token)
            return
    else:
        require_still(ref.endpoint, state)
        if state.config != held.settling.config:
            raise NameTaken(
                f"Endpoint {ref.endpoint} serves {state.config} instead of "
                f"{held.settling.config}, which Slipway put there: bring that back, or delete the "
                "endpoint and drop again"
            )
        scaling.deregister(resource_id(ref.endpoint, held.settling.previous.variant))
        endpoints.update_endpoint(ref.endpoint, held.live.config)
    ledger.arm_token(ref.endpoint, token)
