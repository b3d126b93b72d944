"""Look at the demand, claim what it needs, and see that the claim takes effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.capacity.claims import BURST, of_source, prune
from slipway.ports import AlarmReader, EndpointBook, Executions, Guards, ReleaseBook
from slipway.usecases.burst_look import Look, Seen
from slipway.usecases.hold_burst import Holding

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Announcer, Bounds, Clock, EndpointReader, ScalingActivities
    from slipway.usecases.observe_demand import DemandReader


class BurstBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that a burst touches."""


class BurstAlarms(AlarmReader, Guards, Protocol):
    """Alarms, their level and their settings."""


class Bursting:
    """Looks, claims and holds.

    Parameters
    ----------
    executions : Executions
        Those of the burst workflow: an endpoint has one burst at a time.
    """

    def __init__(  # noqa: PLR0913 - the ports
        self,
        *,
        ledger: BurstBook,
        endpoints: EndpointReader,
        bounds: Bounds,
        demand: DemandReader,
        alarms: BurstAlarms,
        activities: ScalingActivities,
        executions: Executions,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self.ledger = ledger
        self.endpoints = endpoints
        self.bounds = bounds
        self.demand = demand
        self.alarms = alarms
        self.activities = activities
        self.executions = executions
        self.announcer = announcer
        self.clock = clock

    def look(self, look: Look) -> Seen:
        """Claim what the demand needs, or extend or end the claim.

        May be repeated: a claim is put in the place of the execution's own one, never lower.

        Raises
        ------
        LedgerConflict
            If somebody else wrote the item first; look again.
        """
        record = self.ledger.read_endpoint(look.endpoint)
        claim = of_source(prune(record.claims, self.clock.now()), BURST)
        if claim and claim.by != look.execution and self.executions.runs(claim.by):
            return Seen("joined", f"{claim.by} holds the burst already", look.endpoint)
        state = self.endpoints.describe(look.endpoint)
        live = self._live(record)
        if state is None or live is None or record.asleep:
            return Seen("over", f"Endpoint {look.endpoint} serves nothing now", look.endpoint)
        return Holding(self, look, record, state, live, claim).act()

    def _live(self, record: EndpointRecord) -> ReleaseRecord | None:
        if record.live is None:
            return None
        release = self.ledger.read_release(record.name, record.live.release)
        return release if release.scaling else None
