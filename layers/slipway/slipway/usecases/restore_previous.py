"""Bring back what served before a release, with no more instances than it was planned with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.domain.capacity.claims import RELEASE, drop
from slipway.errors import CapacityRefused, HostingRefused, ServiceBusy
from slipway.ports import EndpointBook, ReleaseBook
from slipway.usecases.change_claims import change_claims
from slipway.usecases.rollout import FULL
from slipway.usecases.scaling_bounds import free_scaling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import EndpointRemover, EndpointState, Scaling, VariantState

MOVING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How far a clean-up came.

    Parameters
    ----------
    restored : bool
        Whether the endpoint was changed and serves the previous release again.
    left : tuple of str
        What could not be taken away.
    """

    verdict: Literal["done", "waiting", "pending"]
    restored: bool = False
    left: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return {**asdict(self), "left": list(self.left)}


class RestoringBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what served before, and what serves now."""


def own_configs(made: Mapping[str, Any]) -> list[str]:
    """Return the endpoint configurations that a release made."""
    return [made[name] for name in ("canary_config", "config") if made.get(name)]


def restore_previous(
    release: ReleaseRecord,
    *,
    ledger: RestoringBook,
    endpoints: EndpointRemover,
    scaling: Scaling,
    now: datetime,
) -> Cleaned:
    """Ask for the next thing on the way back to the previous configuration, one at each call.

    What served scales with the demand again before the last step: that one may be refused for a
    while, and all of the users are on it by then.
    """
    state = endpoints.describe(release.endpoint)
    if state is None:
        return Cleaned("pending", left=(f"endpoint {release.endpoint} is gone",))
    if state.status in MOVING:
        return Cleaned("waiting")
    live = ledger.read_endpoint(release.endpoint).live
    others = {release.made["previous"], live.config if live else ""}
    if state.status == "InService" and state.config in others:
        restored = state.config == release.made["previous"]
        if restored:
            _scale_previous(release, ledger, scaling, now)
        # Else a newer release serves: only the parts are left of this one.
        return Cleaned("done", restored)
    if state.config not in own_configs(release.made) or state.status != "InService":
        # UpdateRollbackFailed is a mixed fleet: a person has to look, retrying makes it worse.
        left = f"endpoint {release.endpoint} is {state.status} on {state.config}"
        return Cleaned("pending", left=(left,))
    canary = _canary(release, state)
    if canary:
        if _shrinks(release, canary, endpoints):
            return Cleaned("waiting")
        _scale_previous(release, ledger, scaling, now)
    return _ask_for_previous(release, endpoints)


def _ask_for_previous(release: ReleaseRecord, endpoints: EndpointRemover) -> Cleaned:
    try:
        endpoints.restore_endpoint(release.endpoint, release.made["previous"])
    except (CapacityRefused, HostingRefused) as refused:
        return Cleaned("pending", left=(str(refused),))
    return Cleaned("waiting")


def _canary(release: ReleaseRecord, state: EndpointState) -> VariantState | None:
    """Return the variant beside the one that served; a replaced fleet has none."""
    baseline = release.made.get("baseline")
    beside = [variant for variant in state.variants if variant.name != baseline]
    return beside[0] if len(beside) < len(state.variants) and beside else None


def _shrinks(release: ReleaseRecord, canary: VariantState, endpoints: EndpointRemover) -> bool:
    """Ask for weight 0, then for one instance of the canary; False if nothing is left to ask.

    The previous configuration is built beside all that runs: a canary of full size would need
    instances that nobody planned. Where SageMaker takes no weights, it is asked for nevertheless:
    it takes the users off the canary as well.
    """
    name = release.endpoint
    if canary.weight or canary.desired_weight:
        weights = {release.made["baseline"]: float(FULL), canary.name: 0.0}
        return _asked(lambda: endpoints.set_weights(name, weights), HostingRefused, ServiceBusy)
    if canary.desired_count > 1:
        return _asked(lambda: endpoints.set_count(name, canary.name, 1), HostingRefused)
    return False


def _asked(change: Callable[[], None], *refusals: type[Exception]) -> bool:
    try:
        change()
    except refusals:
        return False
    return True


def _scale_previous(
    release: ReleaseRecord, ledger: RestoringBook, scaling: Scaling, now: datetime
) -> None:
    name = release.endpoint
    requests = ledger.read_release(name, release.made["replaced"]).scaling
    change_claims(name, lambda claims: drop(claims, RELEASE), ledger=ledger)
    free_scaling(name, requests, ledger=ledger, scaling=scaling, now=now)
