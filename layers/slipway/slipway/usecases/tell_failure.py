"""Tell people of an execution that ended without having said why itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.naming import ALARM_PREFIX, InvalidKey, classify_key
from slipway.domain.shortening import printable
from slipway.ports import Announcer, Endings, Executions, History, News

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.ended import Ended

_HOW = {"FAILED": "failed", "TIMED_OUT": "took too long", "ABORTED": "was aborted"}
_LONGEST_NAME = 63


class EndedExecutions(Endings, Executions, History, Protocol):
    """Executions that are over."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whether people were told, and why not."""

    told: bool
    reason: str


def tell_failure(
    ended: Ended, workflow: str, *, executions: EndedExecutions, announcer: Announcer
) -> Told:
    """Tell what ended without success, unless the workflow said so itself.

    A state of the type Fail comes after a state that records and tells the reason.

    Parameters
    ----------
    workflow : str
        The state machine's name.
    """
    if executions.runs(ended.execution):
        return Told(told=False, reason="It runs again")
    last = executions.last_state(ended.execution)
    if last.deliberate:
        return Told(told=False, reason=f"It ended in {last.name}, which is told before")
    ended = replace(ended, words=executions.ending(ended.execution))
    announcer.announce(_news(ended, workflow, last.name))
    return Told(told=True, reason=ended.words)


def _news(ended: Ended, workflow: str, state: str) -> News:
    where = f" in {state}" if state else ""
    why = f": {ended.words}" if ended.words else ""
    how = _HOW.get(ended.status, "ended")
    reason = f"An execution of {workflow} {how}{where}{why}. `slipway redrive` lets it go on"
    facts = {"workflow": workflow, "status": ended.status, "state": state}
    endpoint = endpoint_of(ended.given)
    return News("Workflow Failed", endpoint, reason, execution=ended.execution, facts=facts)


def endpoint_of(given: Mapping[str, Any]) -> str:
    """Return the endpoint that an execution was started for; empty where nothing names one."""
    if given.get("endpoint"):
        return _name(given["endpoint"])
    if isinstance(given.get("drop"), dict):
        return _name(given["drop"].get("endpoint"))
    detail = given.get("detail")
    return _of_event(detail) if isinstance(detail, dict) else ""


def _of_event(detail: Mapping[str, Any]) -> str:
    alarm, thing = str(detail.get("alarmName") or ""), detail.get("object")
    if alarm.startswith(ALARM_PREFIX):
        return _name(alarm.removeprefix(ALARM_PREFIX).partition("/")[0])
    if not isinstance(thing, dict):
        return ""
    try:
        return classify_key(str(thing.get("key"))).endpoint
    except InvalidKey:
        return ""


def _name(value: object) -> str:
    return printable(str(value or ""))[:_LONGEST_NAME]
