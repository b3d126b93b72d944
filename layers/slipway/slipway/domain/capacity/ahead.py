"""Known events that an endpoint must not sleep through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from slipway.domain.capacity.events import lead_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Ahead:
    """A known event in the ledger: when it begins and ends, ISO 8601 in UTC."""

    name: str
    begin: str
    until: str

    def wakes_at(self, measured: Sequence[int]) -> datetime:
        """Return when a sleeping endpoint has to wake for it.

        Once the time that instances take for the endpoint to serve at all, and once for those that
        the event claims.
        """
        return datetime.fromisoformat(self.begin) - 2 * lead_time(measured)


def next_ahead(
    events: Iterable[Ahead], measured: Sequence[int], now: datetime, until: str
) -> Ahead | None:
    """Return the event that ends a night first; None if none falls into it.

    Parameters
    ----------
    measured : sequence of int
        How many seconds the last fleets took.
    until : str
        When the night ends, ISO 8601; empty if it does not end by itself.
    """
    end = datetime.fromisoformat(until) if until else None
    within = [
        each
        for each in events
        if datetime.fromisoformat(each.until) > now
        and (end is None or each.wakes_at(measured) < end)
    ]
    return min(within, key=lambda each: each.wakes_at(measured), default=None)
