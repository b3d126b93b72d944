"""A known event: its instances before it begins, and the way down after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, Self

from slipway.domain.capacity.claims import drop, of_source, put
from slipway.domain.capacity.events import Announced, claim_for, follow_down
from slipway.domain.scaling import resource_id
from slipway.ports import News
from slipway.usecases.apply_floor import FloorBook, apply_floor
from slipway.usecases.change_claims import change_claims
from slipway.usecases.event_needs import EventNeeds
from slipway.usecases.plan_events import event_call, event_schedule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.capacity.claims import Claim
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import (
        Announcer,
        Bounds,
        Clock,
        EndpointReader,
        ScalingActivities,
        Schedules,
        Usage,
    )
    from slipway.usecases.apply_floor import Applied

LOOK = timedelta(minutes=1)
# How far back a refusal of instances has to do with the event.
AGO = timedelta(hours=1)
# The last look is as late as the schedule that calls for it.
_GRACE = timedelta(minutes=5)


class HoldBook(FloorBook, Protocol):
    """The parts of the ledger that an event touches."""


@dataclass(frozen=True, slots=True)
class EventCall:
    """What a schedule calls with.

    Parameters
    ----------
    function : str
        ARN of the function that is called: it looks again by schedules of its own.
    """

    endpoint: str
    event: Announced
    function: str

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Read it from the schedule's input."""
        return cls(values["endpoint"], Announced.from_dict(values["event"]), values["function"])


@dataclass(frozen=True, slots=True)
class Account:
    """What holding an event needs beside the ledger."""

    endpoints: EndpointReader
    bounds: Bounds
    usage: Usage
    activities: ScalingActivities
    announcer: Announcer
    schedules: Schedules


def hold_event(
    call: EventCall, account: Account, *, ledger: HoldBook, clock: Clock
) -> dict[str, Any]:
    """Do what the moment asks for; may be repeated at any time.

    Before the end the event's instances are claimed, and looked for each minute until they are
    there. From the end on MaxCapacity follows the demand down, each minute, until it is restored.
    A schedule of an event that was edited or taken out since does nothing.
    """
    holding = _Holding(call, account, ledger, clock)
    record = ledger.read_endpoint(call.endpoint)
    if call.event.fingerprint not in record.events:
        return {"phase": "stale", "reason": f"{call.event.name} is planned otherwise by now"}
    if clock.now() < call.event.ends:
        return holding.hold(record)
    return holding.follow(record)


class _Holding:
    def __init__(self, call: EventCall, account: Account, ledger: HoldBook, clock: Clock) -> None:
        self.call = call
        self.event = call.event
        self.account = account
        self.ledger = ledger
        self.clock = clock
        self.now = clock.now()
        self.needs = EventNeeds(call.event, ledger, account.endpoints, account.usage, self.now)

    def hold(self, record: EndpointRecord) -> dict[str, Any]:
        claim = of_source(record.claims, self.event.source)
        new = claim is None or not claim.floor or claim.until != self.event.until
        if claim is None or new:
            claim = claim_for(self.event, self.needs.at_begin(record), self.now)
            self._begin_looks(self.event.ends)
            self._put(claim)
        applied = self._apply()
        if applied.arrived:
            self._end_looks()
        problem = self._problem(applied, claim)
        # People hear early of what the limits take away, and of the rest when it has to be there.
        if problem and (self._has_just_begun() or (new and claim.floor > applied.most > 0)):
            self.account.announcer.announce(News("Event Short", self.call.endpoint, problem))
        return {**applied.as_dict(), "phase": "hold", "wanted": claim.floor, "problem": problem}

    def follow(self, record: EndpointRecord) -> dict[str, Any]:
        before = of_source(record.claims, self.event.source)
        load, fewest = self.needs.now_for(record), self.needs.fewest(record)
        look = follow_down(self.event, before, load, fewest, self.now)
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

    def _has_just_begun(self) -> bool:
        # One of the looks that come each minute: people are told once.
        return self.event.begins <= self.now < self.event.begins + LOOK

    def _problem(self, applied: Applied, claim: Claim) -> str:
        """Say what is missing, and why as far as scaling knows."""
        if applied.arrived and claim.floor <= applied.most:
            return ""
        words = f"{self.event.name} wants {claim.floor} instances of {self.call.endpoint}"
        if not applied.variant:
            return f"{words}: {applied.reason}"
        if applied.arrived:
            return f"{words}, and {applied.most} are the most that its limits allow"
        resource = resource_id(self.call.endpoint, applied.variant)
        since = self.event.begins - AGO
        failure = self.account.activities.last_failure(resource, since)
        return f"{words} and {applied.current} serve" + (f": {failure}" if failure else "")
