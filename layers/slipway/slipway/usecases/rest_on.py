"""Finish what an execution began that ended while an endpoint fell asleep or woke."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from slipway.domain.capacity.rest import AGAIN
from slipway.usecases.rest_again import rest_again, rest_payload

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Schedules, Starter

_ACTIONS = {"falling": "sleep", "waking": "wake"}
_DIGEST = 24


def rest_on(  # noqa: PLR0913 - the ports
    record: EndpointRecord,
    execution: str,
    *,
    starter: Starter,
    schedules: Schedules,
    machine: str,
    now: datetime,
) -> None:
    """Have the rest workflow go on where an endpoint is between sleep and service.

    At once, for most of what ends an execution is over with it. One that had gone on so and ended
    as well is followed after a while: a fault that lasts would start one after the other, each as
    soon as the last has failed. May be repeated.

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
    if _went_on(execution):
        at = now + AGAIN
        rest_again(record.name, asleep, action, at=at, schedules=schedules, machine=machine)
        return
    digest = hashlib.sha256(execution.encode()).hexdigest()[:_DIGEST]
    payload = rest_payload(record.name, asleep, action)
    starter.start(machine, f"{_prefix(action)}{digest}", payload)


def _prefix(action: str) -> str:
    return f"{action}-on-"


def _went_on(execution: str) -> bool:
    """Tell whether an execution was itself started because another one had ended."""
    name = execution.rpartition(":")[2]
    return name.startswith(tuple(_prefix(action) for action in _ACTIONS.values()))
