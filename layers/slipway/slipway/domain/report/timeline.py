"""What happened when, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slipway.domain.report.sections import judgements, section
from slipway.domain.report.words import OUTCOMES, VERDICTS, clock, pill, text, verdict_pill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slipway.domain.report.facts import ReportFacts, Stage

_ORDER = tuple(VERDICTS)
_COMMANDS = {
    "approve": "Approved",
    "pause": "Paused",
    "resume": "Resumed",
    "abort": "Aborted",
    "rollback": "Told to roll back",
}


@dataclass(frozen=True, slots=True)
class _Moment:
    at: datetime
    title: str
    label: str
    reason: str
    more: str = ""


def timeline(facts: ReportFacts) -> str:
    """Return the story of the release."""
    moments = sorted(_moments(facts), key=lambda moment: moment.at)
    items = "".join(_item(moment) for moment in moments)
    return section("What happened", f'<ol class="timeline">{items}</ol>')


def _moments(facts: ReportFacts) -> Iterator[_Moment]:
    begin = facts.plan.strategy if facts.plan else "not planned"
    yield _Moment(facts.started, "Release started", "", f"Strategy: {begin}.")
    if facts.tried:
        yield _tried(facts.tried, facts.before_users)
    for number, stage in enumerate(facts.stages, start=1):
        if stage.started:
            yield _stage(stage, number, len(facts.plan.steps) if facts.plan else 0)
    for command in facts.commands:
        yield _command(command)
    if facts.condemned:
        by = str(facts.condemned.get("by", ""))
        at = datetime.fromisoformat(facts.condemned["at"])
        yield _Moment(
            at, f"Condemned by {by or 'Slipway'}", pill("Stop", "bad"), facts.condemned["reason"]
        )
    label, tone = OUTCOMES.get(facts.outcome, (facts.outcome, "info"))
    yield _Moment(facts.last, "Outcome", pill(label, tone), facts.reason)


def _stage(stage: Stage, number: int, of: int) -> _Moment:
    whole = f" of {of}" if of else ""
    title = f"Step {number}{whole}: {stage.weight} % of the requests"
    deciding = _worst(stage.judgements)
    if deciding is None or stage.started is None:
        unjudged = "Its bake was ended before it was over." if stage.ended is None else ""
        return _Moment(stage.started or datetime.min, title, "", unjudged)
    label = verdict_pill(deciding["verdict"])
    judged = f" Judged at {clock(stage.ended)}." if stage.ended else ""
    reason = f"{deciding['reason']}{judged}"
    return _Moment(stage.started, title, label, reason, judgements(stage.judgements))


def _tried(at: datetime, found: Sequence[Mapping[str, Any]]) -> _Moment:
    deciding = _worst(found)
    label = verdict_pill(deciding["verdict"]) if deciding else ""
    return _Moment(at, "Tried before users", label, deciding["reason"] if deciding else "")


def _worst(found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return max(found, key=lambda each: _ORDER.index(str(each["verdict"])), default=None)


def _command(command: Mapping[str, Any]) -> _Moment:
    name = str(command.get("command", ""))
    title = f"{_COMMANDS.get(name, name)} by {command.get('by', 'somebody')}"
    at = datetime.fromisoformat(str(command["at"]))
    return _Moment(at, title, "", str(command.get("reason", "")))


def _item(moment: _Moment) -> str:
    more = (
        f"<details><summary>All judgements</summary>{moment.more}</details>" if moment.more else ""
    )
    return (
        f"<li><time>{clock(moment.at)}</time><div><h3>{text(moment.title)} {moment.label}</h3>"
        f"<p>{text(moment.reason)}</p>{more}</div></li>"
    )
