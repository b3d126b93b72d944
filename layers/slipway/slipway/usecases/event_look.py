"""What one look at a known event does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.claims import drop, of_source, put
from slipway.domain.capacity.event_floor import claim_for
from slipway.domain.capacity.way_down import follow_down
from slipway.ports import News
from slipway.usecases.apply_floor import apply_floor
from slipway.usecases.change_claims import change_claims
from slipway.usecases.event_needs import EventNeeds
from slipway.usecases.event_short import shortage_of
from slipway.usecases.plan_events import event_call, event_schedule
from slipway.usecases.refused_capacity import bear_refusal

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.capacity.claims import Claim
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import (
        Clock,
    )
    from slipway.usecases.apply_floor import Applied
    from slipway.usecases.event_call import Account, EventCall, HoldBook

# How far back a refusal of instances has to do with the event.
AGO = timedelta(hours=1)
# The last look is as late as the schedule that calls for it.
_GRACE = timedelta(minutes=5)


class EventLook:
    """One look: before and during the event, or after it."""

    def __init__(self, call: EventCall, account: Account, ledger: HoldBook, clock: Clock) -> None:
        self.call = call
        self.event = call.event
        self.account = account
        self.ledger = ledger
        self.clock = clock
        self.now = clock.now()
        self.needs = EventNeeds(call.event, ledger, account.endpoints, account.usage, self.now)

    def hold(self, record: EndpointRecord) -> dict[str, Any]:
        """Claim the instances, and see that they come or that people hear of it."""
        claim = of_source(record.claims, self.event.source)
        if claim is None or not claim.floor or claim.until != self.event.until:
            # An event that is edited while it runs has changed what serves, and what is asked.
            usual = (claim.usual if claim else 0.0) or self.needs.usual(record)
            claim = claim_for(self.event, usual, self.now)
            self._begin_looks(self.event.ends)
            self._put(claim)
        refused = self._refused(claim)
        applied = self._apply()
        # What AWS refuses now it may have before the event is over.
        if applied.arrived and not refused:
            self._end_looks()
        problem = self._tell(claim, applied, refused)
        return {**applied.as_dict(), "phase": "hold", "wanted": claim.floor, "problem": problem}

    def follow(self, record: EndpointRecord) -> dict[str, Any]:
        """Let MaxCapacity follow the demand down."""
        before = of_source(record.claims, self.event.source)
        load, fewest = self.needs.now_for(record), self.needs.fewest(record)
        look = follow_down(self.event, before, load, fewest, self.now)
        if before and look.claim:
            look = replace(look, claim=replace(look.claim, usual=before.usual))
        if before and before.floor and look.claim:
            self._begin_looks(self.event.gone + _GRACE)
        if look.claim != before:
            self._put(look.claim)
        # Each time: what scaling was told while the endpoint changed it may not have done.
        applied = self._apply()
        if look.claim is None:
            self._end_looks()
        return {**applied.as_dict(), "phase": "follow", "reason": look.reason}

    def _put(self, claim: Claim | None) -> None:
        change_claims(
            self.call.endpoint,
            lambda claims: put(claims, claim) if claim else drop(claims, self.event.source),
            ledger=self.ledger,
        )

    def _apply(self) -> Applied:
        account = self.account
        return apply_floor(
            self.call.endpoint,
            ledger=self.ledger,
            endpoints=account.endpoints,
            bounds=account.bounds,
            clock=self.clock,
        )

    def _begin_looks(self, until: datetime) -> None:
        """Have this called each minute; before the claim is written, so that it is never left out.

        Once only: a schedule that is made or changed fires at once, and a look that did this
        again would call itself without end.
        """
        name = event_schedule(self.call.endpoint, self.event.name, "look")
        call = event_call(self.call.endpoint, self.event, self.call.function)
        self.account.schedules.every_minute(name, self.call.function, call, until=until)

    def _end_looks(self) -> None:
        name = event_schedule(self.call.endpoint, self.event.name, "look")
        self.account.schedules.remove(name)

    def _refused(self, claim: Claim) -> Claim | None:
        """Return what AWS refuses of this event's instances, or None."""
        state = self.account.endpoints.describe(self.call.endpoint)
        record = self.ledger.read_endpoint(self.call.endpoint)
        if state is None or record.asleep:
            return None
        found = bear_refusal(
            record,
            state,
            claim.since,
            ledger=self.ledger,
            activities=self.account.activities,
            now=self.now,
        )
        return found if found and found.cap < claim.floor else None

    def _tell(self, claim: Claim, applied: Applied, refused: Claim | None) -> str:
        """Return what is missing; each kind of it is told once, and told again if that got lost."""
        where = (self.call.endpoint, self.account.activities, self.event.begins - AGO)
        short = shortage_of(self.event, claim, applied, refused, where)
        if short.is_news(claim, self.event, self.now):
            self.account.announcer.announce(News("Event Short", self.call.endpoint, short.words))
            self._put(replace(claim, told=f"{claim.told} {short.missing}".strip()))
        return short.words
