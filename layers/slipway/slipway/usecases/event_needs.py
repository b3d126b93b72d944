"""How many instances a known event needs, before it and after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.demand import INVOCATIONS, Readings, Tracked, observed
from slipway.domain.capacity.event_floor import usual_demand, week_before
from slipway.domain.capacity.way_down import load_of
from slipway.errors import MeasurementFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.capacity.events import Announced
    from slipway.domain.capacity.way_down import Load
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import EndpointReader, ReleaseBook, Usage

# CloudWatch has a minute one or two after it closed. What closed only just may still be counted.
_SEEN = timedelta(minutes=5)
_COUNTED = timedelta(minutes=2)
# Releases whose variants may have served within a week.
_RELEASES = 20


class EventNeeds:
    """What the demand says, as instances.

    Parameters
    ----------
    event : Announced
        The event.
    now : datetime
        The moment of the look.
    """

    def __init__(
        self,
        event: Announced,
        ledger: ReleaseBook,
        endpoints: EndpointReader,
        usage: Usage,
        now: datetime,
    ) -> None:
        self.event = event
        self.ledger = ledger
        self.endpoints = endpoints
        self.usage = usage
        self.now = now

    def usual(self, record: EndpointRecord) -> float:
        """Return the instances that the event's factor is of; 0 where it has a floor.

        Where nobody knows what is usual at that time of day, it is what the demand needs now. How
        many instances serve says nothing: somebody may claim them.
        """
        if self.event.floor:
            return 0.0
        requests = self._scaling(record)
        found = self._measured(record, requests) if requests else None
        if found is None:
            load = self._load(record)
            found = load.needed if load else None
        return self._count(record) if found is None else found

    def _load(self, record: EndpointRecord) -> Load | None:
        try:
            return self.now_for(record)
        except MeasurementFailed:
            return None

    def now_for(self, record: EndpointRecord) -> Load | None:
        """Return what the demand of the last minutes needs; None if unknown."""
        requests, state = self._scaling(record), self.endpoints.describe(record.name)
        if not requests or state is None:
            return None
        tracked, since = Tracked.of(requests["policy"]), self.now - _SEEN
        readings = [
            Readings(
                instances=each.current_count,
                demand=self.usage.minutes(record.name, each.name, tracked.metric, since, self.now),
                crowd=(),
                usual=0.0,
            )
            for each in state.variants
        ]
        counted = (self.now - _COUNTED).timestamp()
        needed = observed(readings, tracked, cores=1).needed
        return load_of([each for each in needed if each.at <= counted], self.now.timestamp())

    def fewest(self, record: EndpointRecord) -> int:
        """Return the spec's minimum."""
        requests = self._scaling(record)
        return int(requests["target"]["MinCapacity"]) if requests else 1

    def _measured(self, record: EndpointRecord, requests: Mapping[str, Any]) -> float | None:
        """Return the instances that the usual requests need; only those are known for a week."""
        tracked = Tracked.of(requests["policy"])
        if tracked.metric != INVOCATIONS:
            return None
        try:
            week = week_before(self.now)
            hours = self.usage.hourly(record.name, self._variants(record.name), *week)
        except MeasurementFailed:
            return None
        usual = usual_demand(hours, self.event)
        return None if usual is None else usual / tracked.target

    def _scaling(self, record: EndpointRecord) -> Mapping[str, Any]:
        if record.live is None:
            return {}
        return self.ledger.read_release(record.name, record.live.release).scaling

    def _variants(self, endpoint: str) -> list[str]:
        """Return the variants that served within the last week, and maybe some older ones."""
        releases = self.ledger.list_releases(endpoint)[-_RELEASES:]
        names = [str(each.plan["names"]["variant"]) for each in releases if each.plan]
        return list(dict.fromkeys(names))

    def _count(self, record: EndpointRecord) -> float:
        state = self.endpoints.describe(record.name)
        counts = {each.name: each.current_count for each in (state.variants if state else ())}
        return float(counts.get(record.live.variant if record.live else "", 1))
