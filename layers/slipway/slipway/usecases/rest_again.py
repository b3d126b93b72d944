"""When an endpoint that is between sleep and service is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.naming import schedule_name

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.capacity.rest import Asleep
    from slipway.ports import Schedules

_PURPOSE = "wake-again"


def again_schedule(endpoint: str) -> str:
    """Return the name of the schedule; an endpoint is tried again at one moment."""
    return schedule_name(endpoint, _PURPOSE)


def rest_again(  # noqa: PLR0913 - whom, with what, when and by what
    endpoint: str, asleep: Asleep, action: str, *, at: datetime, schedules: Schedules, machine: str
) -> None:
    """Have the rest workflow started once.

    Parameters
    ----------
    machine : str
        ARN of the rest workflow.
    """
    payload = rest_payload(endpoint, asleep, action)
    schedules.once(again_schedule(endpoint), machine, payload, at=at)


def rest_payload(endpoint: str, asleep: Asleep, action: str) -> dict[str, str]:
    """Return the input of an execution that goes on with `sleep` or `wake`."""
    payload = {"endpoint": endpoint, "action": action}
    if action == "sleep":
        # A drop may wake it meanwhile: from then on only its calendar sends it to sleep again.
        payload["due"] = asleep.since
    return payload
