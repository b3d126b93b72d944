"""How often an endpoint's traffic is looked at, as a schedule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.naming import schedule_name

if TYPE_CHECKING:
    from slipway.ports import RecurringSchedules

DRIFT = "drift"
# A thousand endpoints that are looked at at full hours must not all ask for functions at once, and
# a new account has ten of them.
WINDOW, LONG_WINDOW = timedelta(minutes=5), timedelta(minutes=15)
_EACH_MINUTE = "rate(1 minute)"


def plan_looks(
    endpoint: str, expression: str | None, *, schedules: RecurringSchedules, machine: str
) -> None:
    """Make, replace or remove the schedule; may be repeated.

    Parameters
    ----------
    expression : str, optional
        A rate, or a cron expression in UTC; None where nothing is captured.
    machine : str
        ARN of the drift workflow.
    """
    name = schedule_name(endpoint, DRIFT)
    if expression is None:
        schedules.remove(name)
        return
    schedules.recurring(
        name,
        machine,
        {"endpoint": endpoint, "due": "{due}"},
        expression=expression,
        timezone="UTC",
        window=_window(expression),
    )


def _window(expression: str) -> timedelta:
    """Return within which time a look is begun: a part of the time between two looks."""
    if expression == _EACH_MINUTE:
        return timedelta(minutes=1)
    seldom = expression.startswith("rate(") and "minute" not in expression
    return LONG_WINDOW if seldom else WINDOW
