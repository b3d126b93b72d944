"""Finish what an execution began that ended while an endpoint fell asleep or woke."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Starter

_ACTIONS = {"falling": "sleep", "waking": "wake"}


def rest_on(record: EndpointRecord, execution: str, *, starter: Starter, machine: str) -> None:
    """Start the rest workflow where an endpoint is between sleep and service; may be repeated.

    Parameters
    ----------
    record : EndpointRecord
        As it was when the execution ended, its lease still with that.
    execution : str
        The one that ended; a release that wakes an endpoint first may be it.
    machine : str
        ARN of the rest workflow.
    """
    asleep = record.asleep
    action = _ACTIONS.get(asleep.phase) if asleep else None
    if asleep is None or action is None:
        return
    name = f"{action}-on-{hashlib.sha256(execution.encode()).hexdigest()[:24]}"
    payload = {"endpoint": record.name, "action": action}
    if action == "sleep":
        # A drop may wake it meanwhile: from then on only its calendar sends it to sleep again.
        payload["due"] = asleep.since
    starter.start(machine, name, payload)
