"""Take away what a release made, and bring back what served before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.naming import schedule_name
from slipway.ports import ReferenceBook
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.referring import let_bytes_go
from slipway.usecases.restore_previous import MOVING, Cleaned, own_configs, restore_previous

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import AcceptedStore, Clock, EndpointRemover, Guards, Scaling, Schedules
    from slipway.usecases.reference import ReleaseRef

# What the judge's schedule of an endpoint is for.
JUDGE = "judge"


class CleaningBook(HeldBook, ReferenceBook, Protocol):
    """The parts of the ledger that a compensation reads."""


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
    cleaner.stop_scaling()
    settled = cleaner.settle_endpoint()
    if settled.verdict != "done":
        return settled
    cleaner.unguard()
    cleaner.remove_parts()
    let_bytes_go(release, ledger, store)
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

    def stop_scaling(self) -> None:
        """Deregister what would scale, or forbid to remove, what goes."""
        if self.made.get("scaling"):
            self.scaling.deregister(self.made["scaling"])

    def unguard(self) -> None:
        """Take alarms and the dashboard away: as long as the version serves, it is watched."""
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
        if how != "updated":
            return Cleaned("done")
        return restore_previous(
            self.release,
            ledger=self.ledger,
            endpoints=self.endpoints,
            scaling=self.scaling,
            now=self.now,
        )

    def _delete(self) -> Cleaned:
        name = self.release.endpoint
        state = self.endpoints.describe(name)
        if state is None:
            return Cleaned("done")
        if state.status in MOVING:
            return Cleaned("waiting")
        if state.config != self.made["config"]:
            return Cleaned("pending", left=(f"endpoint {name} serves {state.config}",))
        self.endpoints.delete_endpoint(name)
        return Cleaned("waiting")

    def remove_parts(self) -> None:
        """Delete the configurations, then the model that they name."""
        for config in own_configs(self.made):
            self.endpoints.delete_config(config)
        if self.made.get("model"):
            self.endpoints.delete_model(self.made["model"])
