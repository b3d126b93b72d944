"""When the previous variant of a promoted release is due to go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.naming import schedule_name

if TYPE_CHECKING:
    from slipway.ports import EndpointBook, Schedules

PURPOSE = "settle"
# A failure may pass, such as missing capacity; after that a person or the next drop decides.
MOST_ATTEMPTS = 3
NEXT_ATTEMPT = timedelta(hours=1)


def settle_schedule(endpoint: str) -> str:
    """Return the name of the schedule; an endpoint settles one release at a time."""
    return schedule_name(endpoint, PURPOSE)


def schedule_settle(
    endpoint: str, release: str, at: datetime, *, schedules: Schedules, machine: str
) -> str:
    """Have the settle workflow started once; return the schedule's name.

    Parameters
    ----------
    machine : str
        ARN of the settle workflow.
    """
    name = settle_schedule(endpoint)
    schedules.once(name, machine, {"endpoint": endpoint, "release": release}, at=at)
    return name


def settle_again(
    endpoint: str, *, ledger: EndpointBook, schedules: Schedules, machine: str, now: datetime
) -> None:
    """Have whatever still settles settled when it is due, or after a while if it was due."""
    settling = ledger.read_endpoint(endpoint).settling
    if settling and settling.attempts < MOST_ATTEMPTS:
        at = max(datetime.fromisoformat(settling.until), now + NEXT_ATTEMPT)
        schedule_settle(endpoint, settling.release, at, schedules=schedules, machine=machine)
