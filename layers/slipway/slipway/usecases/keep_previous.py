"""Settling failed: keep the configuration in which both variants stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.ports import Clock, EndpointBook, EndpointUpdater, ReleaseBook, TrafficControl
from slipway.usecases.hold_settling import Held, hold_settling
from slipway.usecases.rollout import FULL
from slipway.usecases.scaling_bounds import free_scaling

if TYPE_CHECKING:
    from slipway.ports import EndpointState, Scaling
    from slipway.usecases.reference import ReleaseRef

_MOVING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})
WAITING: dict[str, Any] = {"verdict": "waiting", "left": []}
KEPT: dict[str, Any] = {"verdict": "kept", "left": []}


class BothWays(EndpointUpdater, TrafficControl, Protocol):
    """Changes of configurations and of traffic."""


class KeepingBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that say who serves, and how it scales."""


def keep_previous(
    ref: ReleaseRef,
    *,
    ledger: KeepingBook,
    endpoints: BothWays,
    scaling: Scaling,
    clock: Clock,
) -> dict[str, Any]:
    """Go back to both variants, the live one with all of the traffic, the other one ready.

    The workflow calls again while SageMaker is busy. Once the other variant has its instances
    again, a revert is possible as before.
    """
    now = clock.now()
    held = hold_settling(ref, ledger=ledger, now=now.isoformat())
    if held.settling.reverted:
        # The revert may not have come so far.
        requests = ledger.read_release(ref.endpoint, held.live.release).scaling
        free_scaling(ref.endpoint, requests, ledger=ledger, scaling=scaling, now=now)
    state = endpoints.describe(ref.endpoint)
    if state and state.status in _MOVING:
        return WAITING
    problem = _problem(held, state)
    if state is None or problem:
        return {"verdict": "pending", "left": [f"endpoint {ref.endpoint} {problem}"]}
    if _ask(held, state, endpoints):
        return WAITING
    ledger.write_endpoint(
        replace(held.record, settling=replace(held.settling, retiring=held.settling.reverted))
    )
    return KEPT


def _problem(held: Held, state: EndpointState | None) -> str:
    if state is None:
        return "is gone"
    if state.status != "InService":
        # UpdateRollbackFailed is a mixed fleet: a person has to look.
        return f"is {state.status} on {state.config}"
    own = {held.live.config, held.settling.config}
    return "" if state.config in own else f"serves {state.config}"


def _ask(held: Held, state: EndpointState, endpoints: BothWays) -> bool:
    """Ask for the next thing that is not as it was; one call at a time."""
    name, live, previous = held.record.name, held.live.variant, held.settling.previous
    if state.config != held.settling.config:
        endpoints.update_endpoint(name, held.settling.config)
        return True
    beside = next((each for each in state.variants if each.name == previous.variant), None)
    if beside is None:
        return False
    if beside.weight or beside.desired_weight:
        endpoints.set_weights(name, {live: float(FULL), previous.variant: 0.0})
        return True
    wanted = _standby_count(held, state)
    if beside.desired_count < wanted and not held.settling.reverted:
        endpoints.set_count(name, previous.variant, wanted)
        return True
    return False


def _standby_count(held: Held, state: EndpointState) -> int:
    """Return what the other variant needs for all of the demand, as the live one has it now."""
    previous, live = held.settling.previous, held.live
    serving = [each.desired_count for each in state.variants if each.name == live.variant]
    if live.instance_type != previous.instance_type or not serving:
        return previous.instance_count
    return serving[0]
