"""When an endpoint goes to sleep and wakes, as two schedules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.naming import schedule_name

if TYPE_CHECKING:
    from slipway.domain.capacity.calendar import SleepCalendar
    from slipway.ports import RecurringSchedules
    from slipway.usecases.bedtime import RestBook

# A thousand endpoints that sleep at 18:00 must not all ask SageMaker at 18:00. Who waits for one
# in the morning waits less.
WINDOWS = {"sleep": timedelta(minutes=15), "wake": timedelta(minutes=5)}


def plan_sleep(
    endpoint: str, calendar: SleepCalendar | None, *, schedules: RecurringSchedules, machine: str
) -> None:
    """Make, replace or remove the schedules; may be repeated.

    Scheduler knows no days to leave out, so the workflow looks at the calendar itself.

    Parameters
    ----------
    machine : str
        ARN of the rest workflow.
    """
    for action, window in WINDOWS.items():
        name = schedule_name(endpoint, action)
        if calendar is None:
            schedules.remove(name)
            continue
        schedules.recurring(
            name,
            machine,
            {"endpoint": endpoint, "action": action, "due": "{due}"},
            expression=(calendar.at if action == "sleep" else calendar.until).text,
            timezone=calendar.zone.key,
            window=window,
        )


def remember_sleep(endpoint: str, calendar: SleepCalendar | None, *, ledger: RestBook) -> None:
    """Let the live release know its calendar: settings may change without a new model."""
    live = ledger.read_endpoint(endpoint).live
    if live is None:
        return
    policy = ledger.read_release(endpoint, live.release).policy
    values = calendar.as_dict() if calendar else None
    if policy.get("sleep") != values:
        ledger.note_release(endpoint, live.release, {"policy": {**policy, "sleep": values}})
