"""Have alarms answered that rang while nobody listened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.naming import alarm_prefix

if TYPE_CHECKING:
    from slipway.ports import AlarmRinger

_REASON = "It rang while the endpoint slept or woke; CloudWatch looks at it again"


def ring_again(endpoint: str, *, alarms: AlarmRinger) -> dict[str, Any]:
    """Let the endpoint's alarms that ring be evaluated anew; return their names.

    Nobody answers an alarm of an endpoint that wakes, and CloudWatch tells of changes only. One
    whose cause lasts rings again within a minute or so; one of the first requests does not.
    """
    names = alarms.in_alarm(alarm_prefix(endpoint))
    for name in names:
        alarms.ring_again(name, _REASON)
    return {"alarms": list(names)}
