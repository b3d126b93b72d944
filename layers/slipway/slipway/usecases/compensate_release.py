"""Take away what a release made, and bring back what served before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.domain.capacity.claims import RELEASE, drop
from slipway.domain.naming import schedule_name
from slipway.usecases.change_claims import change_claims
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.scaling_bounds import free_scaling

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import AcceptedStore, Clock, EndpointRemover, Guards, Scaling, Schedules
    from slipway.usecases.reference import ReleaseRef

# What the judge's schedule of an endpoint is for.
JUDGE = "judge"
_MOVING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})
_REFERRING = frozenset({"running", "parked", "succeeded"})


class CleaningBook(HeldBook, Protocol):
    """The parts of the ledger that a compensation reads."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How far it came.

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


def compensate_release(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: CleaningBook,
    endpoints: EndpointRemover,
    scaling: Scaling,
    guards: Guards,
    store: AcceptedStore,
    schedules: Schedules,
    clock: Clock,
) -> Cleaned:
    """Remove what the ledger says that this release made, and nothing else.

    The workflow calls again while SageMaker is busy: an endpoint that is being created cannot be
    deleted, and its configuration has to outlive it. What is gone already is no error.

    Raises
    ------
    LeaseLost
        If it made something, and another execution may change the endpoint by now.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    if release.outcome == "succeeded":
        return Cleaned("done")  # it is live: there is nothing to take away
    now = clock.now()
    if release.made:
        hold_lease(ref, ledger=ledger, now=now.isoformat())
    cleaner = _Cleaner(release, ledger, endpoints, scaling, guards, now)
    if release.made.get("canary_config") or release.made.get("gate"):
        schedules.remove(schedule_name(ref.endpoint, JUDGE))
    cleaner.unguard()
    settled = cleaner.settle_endpoint()
    if settled.verdict != "done":
        return settled
    cleaner.remove_parts()
    uri = str(release.inspection.get("accepted", ""))
    if uri and not _referred(release, ledger):
        store.discard(uri)
    return settled


class _Cleaner:
    def __init__(  # noqa: PLR0913, PLR0917 - the ports
        self,
        release: ReleaseRecord,
        ledger: CleaningBook,
        endpoints: EndpointRemover,
        scaling: Scaling,
        guards: Guards,
        now: datetime,
    ) -> None:
        self.release = release
        self.made = release.made
        self.ledger = ledger
        self.endpoints = endpoints
        self.scaling = scaling
        self.guards = guards
        self.now = now

    def unguard(self) -> None:
        """Take scaling, alarms and the dashboard away, before what they watch."""
        if self.made.get("scaling"):
            self.scaling.deregister(self.made["scaling"])
        kept = self._alarms_before()
        ours = [*self.made.get("alarms", []), *filter(None, [self.made.get("gate")])]
        self.guards.delete_alarms([alarm for alarm in ours if alarm not in kept])
        # An endpoint that served before keeps its dashboard; the next release rewrites it.
        if self.made.get("dashboard") and self.made.get("endpoint") == "created":
            self.guards.delete_dashboard(self.made["dashboard"])

    def _alarms_before(self) -> list[str]:
        """Return the alarms of what served: a guarded deployment shares them."""
        replaced = self.made.get("replaced")
        if not replaced:
            return []
        before = self.ledger.read_release(self.release.endpoint, replaced)
        return list(before.made.get("alarms", []))

    def settle_endpoint(self) -> Cleaned:
        how = self.made.get("endpoint")
        if how == "created":
            return self._delete()
        return self._restore() if how == "updated" else Cleaned("done")

    def _delete(self) -> Cleaned:
        name = self.release.endpoint
        state = self.endpoints.describe(name)
        if state is None:
            return Cleaned("done")
        if state.status in _MOVING:
            return Cleaned("waiting")
        if state.config != self.made["config"]:
            return Cleaned("pending", left=(f"endpoint {name} serves {state.config}",))
        self.endpoints.delete_endpoint(name)
        return Cleaned("waiting")

    def _restore(self) -> Cleaned:
        name, previous = self.release.endpoint, self.made["previous"]
        state = self.endpoints.describe(name)
        if state is None:
            return Cleaned("pending", left=(f"endpoint {name} is gone",))
        if state.status in _MOVING:
            return Cleaned("waiting")
        if state.config == previous and state.status == "InService":
            self._scale_previous()
            return Cleaned("done", restored=True)
        if state.config in self._own_configs() and state.status == "InService":
            self.endpoints.update_endpoint(name, previous)
            return Cleaned("waiting")
        # UpdateRollbackFailed is a mixed fleet: a person has to look, retrying makes it worse.
        return Cleaned("pending", left=(f"endpoint {name} is {state.status} on {state.config}",))

    def _scale_previous(self) -> None:
        replaced = self.ledger.read_release(self.release.endpoint, self.made["replaced"])
        requests = replaced.scaling
        if requests:
            name, now = self.release.endpoint, self.now
            change_claims(name, lambda claims: drop(claims, RELEASE), ledger=self.ledger)
            free_scaling(name, requests, ledger=self.ledger, scaling=self.scaling, now=now)

    def _own_configs(self) -> list[str]:
        return [self.made[name] for name in ("canary_config", "config") if self.made.get(name)]

    def remove_parts(self) -> None:
        """Delete the configurations, then the model that they name."""
        for config in self._own_configs():
            self.endpoints.delete_config(config)
        if self.made.get("model"):
            self.endpoints.delete_model(self.made["model"])


def _referred(release: ReleaseRecord, ledger: CleaningBook) -> bool:
    """Tell whether another release, of any endpoint, serves or will serve the accepted bytes."""
    uri = release.inspection.get("accepted")
    return any(
        other.inspection.get("accepted") == uri and other.outcome in _REFERRING
        for endpoint in ledger.list_endpoints()
        for other in ledger.list_releases(endpoint.name)
        if (other.endpoint, other.release) != (release.endpoint, release.release)
    )
