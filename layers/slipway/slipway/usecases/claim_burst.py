"""Look at the demand, claim what it needs, and see that the claim takes effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from slipway.domain.capacity.burst import burst_claim, still_needed, wanted_floor
from slipway.domain.capacity.claims import BURST, Limits, extend, of_source, prune
from slipway.domain.capacity.demand import Tracked
from slipway.domain.capacity.events import provisioning_time
from slipway.domain.demand_alarms import is_demand
from slipway.ports import (
    AlarmReader,
    EndpointBook,
    Executions,
    Guards,
    News,
    ReleaseBook,
)
from slipway.usecases.apply_floor import apply_floor
from slipway.usecases.burst_look import LATER, SOON, Look, Seen
from slipway.usecases.learn_demand import learn_demand
from slipway.usecases.observe_demand import demand_on, read_variants
from slipway.usecases.refused_capacity import refused_capacity

if TYPE_CHECKING:
    from slipway.domain.capacity.burst import Wanted
    from slipway.domain.capacity.claims import Claim
    from slipway.domain.capacity.demand import Readings
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import (
        Announcer,
        Bounds,
        Clock,
        EndpointReader,
        EndpointState,
    )
    from slipway.usecases.apply_floor import Applied
    from slipway.usecases.burst_look import BurstVerdict
    from slipway.usecases.observe_demand import DemandReader
    from slipway.usecases.refused_capacity import ScalingLog

DEFAULT_HOLD = 900


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
        log: ScalingLog,
        executions: Executions,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self.ledger = ledger
        self.endpoints = endpoints
        self.bounds = bounds
        self.demand = demand
        self.alarms = alarms
        self.log = log
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
        return _Look(self, look, record, state, live, claim).act()

    def _live(self, record: EndpointRecord) -> ReleaseRecord | None:
        if record.live is None:
            return None
        release = self.ledger.read_release(record.name, record.live.release)
        return release if release.scaling else None


class _Look:
    def __init__(  # noqa: PLR0913, PLR0917 - what was read
        self,
        ports: Bursting,
        look: Look,
        record: EndpointRecord,
        state: EndpointState,
        live: ReleaseRecord,
        claim: Claim | None,
    ) -> None:
        self.ports, self.look, self.record = ports, look, record
        self.state, self.live, self.claim = state, live, claim
        self.now = ports.clock.now()
        self.count = sum(each.current_count for each in state.variants)
        changed = look.count not in {0, self.count}
        self.since = self.now.isoformat() if changed else look.since

    def act(self) -> Seen:
        tracked = Tracked.of(self.live.scaling["policy"])
        name, reader = self.record.name, self.ports.demand
        readings = read_variants(self.state, name, tracked, reader=reader, now=self.now)
        wanted = self._wanted(readings)
        ringing = self._ringing()
        if self.claim is None and not self.look.first:
            return self._seen("over", f"The claim has ended: {wanted.reason}")
        if self.claim is None and wanted.floor <= self._desired():
            learn_demand(self.record, self.live, readings, guards=self.ports.alarms)
            return self._seen("unneeded", wanted.reason)
        claim = self._claimed(wanted, ringing=ringing)
        applied = self._apply()
        if self.look.first:
            self._tell(claim, wanted)
        return self._held(claim, wanted, applied)

    def _wanted(self, readings: dict[str, Readings]) -> Wanted:
        since = datetime.fromisoformat(self.since).timestamp() if self.since else 0.0
        target = self.live.scaling["target"]
        return wanted_floor(
            demand_on(self.record, self.live, readings, since),
            Limits(int(target["MinCapacity"]), int(target["MaxCapacity"])),
            now=self.now.timestamp(),
            provisioning=provisioning_time(self.record.provisioning).total_seconds(),
        )

    def _ringing(self) -> bool:
        # An alarm tells edges: whether the demand is gone is its level.
        names = [name for name in self.live.made.get("alarms", []) if is_demand(name)]
        return bool(self.ports.alarms.alarms_in_alarm(names))

    def _desired(self) -> int:
        return sum(each.desired_count for each in self.state.variants if each.weight)

    def _claimed(self, wanted: Wanted, *, ringing: bool) -> Claim:
        held = self.claim
        hold = timedelta(seconds=int(self.live.policy.get("burst_hold_seconds", DEFAULT_HOLD)))
        fresh = burst_claim(wanted, by=self.look.execution, now=self.now, hold=hold)
        if held and held.by == fresh.by and not still_needed(held, wanted, ringing=ringing):
            return held
        claims = extend(self.record.claims, fresh, self.now)
        self.ports.ledger.write_endpoint(replace(self.record, claims=claims))
        return of_source(claims, BURST) or fresh

    def _apply(self) -> Applied:
        ports = self.ports
        return apply_floor(
            self.record.name,
            ledger=ports.ledger,
            endpoints=ports.endpoints,
            bounds=ports.bounds,
            clock=ports.clock,
        )

    def _held(self, claim: Claim, wanted: Wanted, applied: Applied) -> Seen:
        since = datetime.fromisoformat(claim.since)
        reason = (
            ""
            if applied.reached
            else refused_capacity(self.record, self.state, since, log=self.ports.log)
        )
        seen = self._seen("refused" if reason else "holding", reason or wanted.reason)
        return replace(
            seen,
            floor=claim.floor,
            until=claim.until,
            began=claim.since,
            seconds=LATER if applied.reached else SOON,
        )

    def _seen(self, verdict: BurstVerdict, reason: str) -> Seen:
        return Seen(verdict, reason, self.record.name, count=self.count, since=self.since)

    def _tell(self, claim: Claim, wanted: Wanted) -> None:
        live = self.live
        self.ports.announcer.announce(
            News(
                "Burst Started",
                self.record.name,
                f"At least {claim.floor} instances until {claim.until}: {wanted.reason}",
                release=live.release,
                version=live.drop.version,
                execution=self.look.execution,
                facts={
                    "floor": claim.floor,
                    "instances": self.count,
                    "until": claim.until,
                    "alarm": self.look.alarm,
                },
            )
        )
