"""`slipway sleep` and `slipway wake`: the rest workflow, started by a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from slipway.adapters.clients import client
from slipway.adapters.ledger import Ledger
from slipway.domain.capacity.rest import too_short
from slipway_cli.problems import WrongUse
from slipway_cli.showing import moment
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from rich.console import Console

    from slipway.domain.lease import EndpointRecord

Action = Literal["sleep", "wake"]


def rest(action: Action, endpoint: str, until: str, *, stack: str, console: Console) -> None:
    """Start the workflow and say what follows.

    Parameters
    ----------
    until : str
        When to wake, ISO 8601; without an offset it is a time of this machine. Empty for the next
        time in the endpoint's own calendar.

    Raises
    ------
    WrongUse
        Nothing is live on the endpoint, or it is as asked for already.
    """
    found = find_stack(stack)
    if not found.rest_machine:
        raise WrongUse(f"The stack {stack} has no output RestStateMachineArn: deploy it anew.")
    record = Ledger(found.ledger_table).read_endpoint(endpoint)
    problem = refusal(action, record)
    if problem:
        raise WrongUse(problem)
    given = {"endpoint": endpoint, "action": action}
    if until:
        given["until"] = as_utc(until)
        require_night(action, record, given["until"], datetime.now(UTC))
    started = client("stepfunctions").start_execution(
        stateMachineArn=found.rest_machine, input=json.dumps(given)
    )
    end = f" until {moment(given['until'])} UTC" if until else ""
    console.print(f"Asked [bold]{endpoint}[/] to {action}{end}", soft_wrap=True)
    console.print(f"It takes minutes; see `slipway status {endpoint}`", soft_wrap=True)
    console.print(started["executionArn"], style="dim", soft_wrap=True)


def refusal(action: Action, record: EndpointRecord) -> str:
    """Say why there is nothing to do; empty if there is something."""
    if record.live is None:
        return f"Nothing is live on {record.name}; see `slipway status`."
    if action == "wake" and record.asleep is None:
        return f"Endpoint {record.name} is {record.state} and does not sleep."
    if action == "sleep" and record.asleep:
        return f"Endpoint {record.name} is {record.asleep.words}."
    return ""


def require_night(action: Action, record: EndpointRecord, until: str, now: datetime) -> None:
    """Refuse a night in which the endpoint would have to wake before it has slept.

    Raises
    ------
    WrongUse
        It is too short.
    """
    night = datetime.fromisoformat(until) - now
    if action == "sleep" and too_short(night, record.provisioning):
        minutes = max(int(night.total_seconds() // 60), 0)
        raise WrongUse(
            f"{minutes} minutes are too short for {record.name} to be deleted and made again: "
            "give a later --until"
        )


def as_utc(text: str) -> str:
    """Return a moment in UTC, ISO 8601.

    Raises
    ------
    WrongUse
        It is none.
    """
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except ValueError as error:
        raise WrongUse(f"`{text}` is no moment such as 2026-03-03T06:00") from error
