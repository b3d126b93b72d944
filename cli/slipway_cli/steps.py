"""The steps of a release, read from its execution's history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal

from slipway.adapters.clients import client

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

StepState = Literal["running", "done", "failed"]

# The workflow asks again and again until the endpoint serves: for a reader that is one step.
_SAME_STEP = {"Check Endpoint": "Create Endpoint", "Await Endpoint": "Create Endpoint"}
_ENDED_BADLY = frozenset({"ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})


@dataclass(frozen=True)
class Step:
    """A state of the workflow that does something.

    Parameters
    ----------
    started, ended : datetime
        In the account's time, which in the sandbox is not the machine's.
    """

    name: str
    state: StepState
    started: datetime
    ended: datetime | None = None

    def seconds(self, now: datetime) -> float:
        """Return how long it took, or takes until now."""
        return ((self.ended or now) - self.started).total_seconds()


@dataclass(frozen=True)
class History:
    """What an execution has done.

    Parameters
    ----------
    events : sequence
        The oldest first.
    now : datetime, optional
        When it was asked, by the account's clock.
    """

    events: Sequence[Mapping[str, Any]] = ()
    now: datetime | None = None


def read_history(execution: str) -> History:
    """Return the whole history of an execution."""
    paginator = client("stepfunctions").get_paginator("get_execution_history")
    pages = list(paginator.paginate(executionArn=execution, includeExecutionData=False))
    # This machine's clock may be wrong, and the sandbox has a time of its own.
    date = pages[-1]["ResponseMetadata"]["HTTPHeaders"].get("date")
    events = [event for page in pages for event in page["events"]]
    return History(events, parsedate_to_datetime(date) if date else None)


def steps_of(history: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Return the steps of a history in the order in which they began.

    Choices, passes and waits are left out; what is done several times in a row is one step.
    """
    steps: list[Step] = []
    for event in history:
        _follow(steps, event)
    return steps


def _follow(steps: list[Step], event: Mapping[str, Any]) -> None:
    kind, moment = event["type"], event["timestamp"]
    if kind == "TaskStateEntered":
        _enter(steps, event["stateEnteredEventDetails"]["name"], moment)
    elif kind == "TaskStateExited":
        steps[-1] = replace(steps[-1], state="done", ended=moment)
    elif kind in _ENDED_BADLY and steps and steps[-1].state == "running":
        steps[-1] = replace(steps[-1], state="failed", ended=moment)


def _enter(steps: list[Step], state: str, moment: datetime) -> None:
    name = _SAME_STEP.get(state, state)
    if steps and steps[-1].name == name:
        steps[-1] = replace(steps[-1], state="running", ended=None)
        return
    if steps and name == "Compensate":
        # What was caught is exited like what went well; only the compensation tells.
        steps[-1] = replace(steps[-1], state="failed")
    steps.append(Step(name, "running", moment))
