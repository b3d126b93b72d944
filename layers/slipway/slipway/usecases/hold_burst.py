"""What one look of a burst does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.capacity.burst import wanted_floor
from slipway.domain.capacity.burst_claim import burst_claim, still_needed
from slipway.domain.capacity.claims import BURST, Limits, extend, of_source
from slipway.domain.capacity.demand import Tracked
from slipway.domain.capacity.events import provisioning_time
from slipway.domain.demand_alarms import is_demand
from slipway.usecases.apply_floor import apply_floor
from slipway.usecases.burst_look import LATER, SOON, WATCH, WATCHES, Look, Seen, burst_started
from slipway.usecases.learn_demand import learn_demand
from slipway.usecases.observe_demand import demand_on, read_variants
from slipway.usecases.refused_capacity import bear_refusal

if TYPE_CHECKING:
    from slipway.domain.capacity.burst import Wanted
    from slipway.domain.capacity.claims import Claim
    from slipway.domain.capacity.demand import Readings
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import EndpointState
    from slipway.usecases.apply_floor import Applied
    from slipway.usecases.burst_look import BurstVerdict
    from slipway.usecases.claim_burst import Bursting

DEFAULT_HOLD = 900


class Holding:
    """One look: what the demand wants, what is claimed, what becomes of it."""

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
        """Claim, extend or leave the claim, and say when to look again."""
        tracked = Tracked.of(self.live.scaling["policy"])
        name, reader = self.record.name, self.ports.demand
        readings = read_variants(self.state, name, tracked, reader=reader, now=self.now)
        wanted = self._wanted(readings)
        if self.claim is None and not self.look.first:
            return self._seen("over", f"The claim has ended: {wanted.reason}")
        needless = not wanted.pressing or wanted.floor <= self._desired()
        if self.claim is None and needless:
            return self._unneeded(readings, wanted)
        claim = self._claimed(wanted)
        refused = self._refused(claim)
        applied = self._apply()
        if self.look.first:
            news = burst_started(self.live, self.look, claim, self.count, wanted.reason)
            self.ports.announcer.announce(news)
        return self._held(claim, wanted, applied, refused)

    def _unneeded(self, readings: dict[str, Readings], wanted: Wanted) -> Seen:
        if self.look.looks < WATCHES and self._ringing():
            return replace(self._seen("watching", wanted.reason), seconds=WATCH)
        if not wanted.pressing:
            # All instances that there may be can be jammed: that is not usual.
            learn_demand(self.record, self.live, readings, guards=self.ports.alarms)
        return self._seen("unneeded", wanted.reason)

    def _wanted(self, readings: dict[str, Readings]) -> Wanted:
        since = datetime.fromisoformat(self.since).timestamp() if self.since else 0.0
        now = self.now.timestamp()
        return wanted_floor(
            demand_on(self.record, self.live, readings, since, now),
            self._limits(),
            now=now,
            provisioning=provisioning_time(self.record.provisioning).total_seconds(),
        )

    def _limits(self) -> Limits:
        target = self.live.scaling["target"]
        fewest, most = int(target["MinCapacity"]), int(target["MaxCapacity"])
        return Limits(fewest, max(fewest, most))

    def _ringing(self) -> bool:
        # An alarm tells edges: whether the demand is gone is its level.
        names = [name for name in self.live.made.get("alarms", []) if is_demand(name)]
        return bool(self.ports.alarms.alarms_in_alarm(names))

    def _desired(self) -> int:
        return sum(each.desired_count for each in self.state.variants if each.weight)

    def _claimed(self, wanted: Wanted) -> Claim:
        held = self.claim
        hold = timedelta(seconds=int(self.live.policy.get("burst_hold_seconds", DEFAULT_HOLD)))
        fresh = burst_claim(wanted, by=self.look.execution, now=self.now, hold=hold)
        if held and held.by == fresh.by and not self._needs(held, wanted):
            return held
        claims = extend(self.record.claims, fresh, self.now)
        self.ports.ledger.write_endpoint(replace(self.record, claims=claims))
        return of_source(claims, BURST) or fresh

    def _needs(self, held: Claim, wanted: Wanted) -> bool:
        return still_needed(held, wanted, fewest=self._limits().fewest, ringing=self._ringing())

    def _apply(self) -> Applied:
        ports = self.ports
        return apply_floor(
            self.record.name,
            ledger=ports.ledger,
            endpoints=ports.endpoints,
            bounds=ports.bounds,
            clock=ports.clock,
        )

    def _held(self, claim: Claim, wanted: Wanted, applied: Applied, refused: Claim | None) -> Seen:
        granted = min(claim.floor, refused.cap) if refused else claim.floor
        reached = applied.verdict == "applied" and self._desired() >= granted
        short = refused if refused and refused.cap < claim.floor else None
        seen = self._seen(
            "refused" if short else "holding", short.words if short else wanted.reason
        )
        return replace(
            seen,
            floor=claim.floor,
            until=claim.until,
            began=claim.since,
            seconds=LATER if reached else SOON,
        )

    def _refused(self, claim: Claim) -> Claim | None:
        ports = self.ports
        return bear_refusal(
            ports.ledger.read_endpoint(self.record.name),
            self.state,
            claim.since,
            ledger=ports.ledger,
            activities=ports.activities,
            now=self.now,
        )

    def _seen(self, verdict: BurstVerdict, reason: str) -> Seen:
        return Seen(
            verdict,
            reason,
            self.record.name,
            count=self.count,
            since=self.since,
        )
