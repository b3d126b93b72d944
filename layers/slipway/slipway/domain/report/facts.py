"""What a release report tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.plan import ReleasePlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.judge import VariantMinute
    from slipway.domain.release import ReleaseRecord

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as it went.

    Parameters
    ----------
    weight : int
        The new version's share of the requests, in percent.
    started : datetime, optional
        When it had the share; None if it never did.
    ended : datetime, optional
        When its bake was judged.
    judgements : sequence of mapping
        Judgements as the ledger has them.
    """

    weight: int
    started: datetime | None
    ended: datetime | None = None
    judgements: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything that the page shows.

    Parameters
    ----------
    told : datetime
        When the report was written.
    plan : ReleasePlan, optional
        None if the release did not get so far.
    before_users : sequence of mapping
        Judgements of the golden requests and of the replay.
    tried : datetime, optional
        When those were found.
    shifted_back : datetime, optional
        When the old version was given its weight again.
    condemned : mapping, optional
        `reason`, `by` and `at` of the sentence.
    commands : sequence of mapping
        What people commanded: `command`, `by`, `reason`, `at`.
    canary, baseline : sequence of VariantMinute
        What users met on both sides.
    """

    endpoint: str
    release: str
    version: str
    outcome: str
    reason: str
    started: datetime
    told: datetime
    ended: datetime | None = None
    execution: str = ""
    replaced: str = ""
    plan: ReleasePlan | None = None
    before_users: Sequence[Mapping[str, Any]] = ()
    tried: datetime | None = None
    shifted_back: datetime | None = None
    stages: Sequence[Stage] = ()
    condemned: Mapping[str, Any] | None = None
    commands: Sequence[Mapping[str, Any]] = ()
    canary: Sequence[VariantMinute] = ()
    baseline: Sequence[VariantMinute] = ()

    @property
    def last(self) -> datetime:
        """When the story ends, so far."""
        return self.ended or self.told

    @property
    def turned(self) -> datetime | None:
        """When it was decided that the new version goes; None if it was not."""
        if self.condemned:
            return datetime.fromisoformat(self.condemned["at"])
        back = self.outcome in {"rolled-back", "failed"}
        return (self.shifted_back or self.last) if back else None

    @property
    def gone_back(self) -> datetime | None:
        """When the new version lost its share: SageMaker takes a while to change weights."""
        if self.turned is None:
            return None
        met = [each.minute + _MINUTE for each in self.canary if each.requests]
        return max([self.turned, *met])


def facts_of(
    record: ReleaseRecord,
    *,
    now: datetime,
    canary: Sequence[VariantMinute] = (),
    baseline: Sequence[VariantMinute] = (),
) -> ReportFacts:
    """Return the facts of a release from the ledger and from what was measured."""
    evidence = record.evidence
    before, steps = evidence.get("before_users", {}), evidence.get("steps", ())
    return ReportFacts(
        endpoint=record.endpoint,
        release=record.release,
        version=record.drop.version,
        outcome=record.outcome,
        reason=record.reason,
        started=datetime.fromisoformat(record.started),
        told=now,
        ended=_moment(record.ended),
        execution=record.execution,
        replaced=str(record.made.get("replaced", "")),
        plan=ReleasePlan.from_dict(record.plan) if record.plan else None,
        before_users=before.get("judgements", ()),
        tried=_moment(before.get("ended", "")),
        shifted_back=_moment(evidence.get("shifted_back", "")),
        stages=[_stage(step) for step in steps],
        condemned=record.condemned,
        commands=record.commands,
        canary=_of_users(canary, steps, _moment(before.get("ended", ""))),
        baseline=baseline,
    )


def _of_users(
    minutes: Sequence[VariantMinute], steps: Sequence[Mapping[str, Any]], tried: datetime | None
) -> Sequence[VariantMinute]:
    """Leave out the minutes in which golden and replayed requests came."""
    if not steps:
        return ()
    asked = datetime.fromisoformat(steps[0]["asked"])
    first = max(asked.replace(second=0, microsecond=0), tried or asked - _MINUTE)
    return [each for each in minutes if each.minute >= first]


def _stage(step: Mapping[str, Any]) -> Stage:
    return Stage(
        weight=int(step["weight"]),
        started=_moment(step.get("started", "")),
        ended=_moment(step.get("ended", "")),
        judgements=step.get("judgements", ()),
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
