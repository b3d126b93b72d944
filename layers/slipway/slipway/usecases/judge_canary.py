"""Look at a bake while it lasts, and end it early if the new version is worse."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.judge import ANYTIME_VALID, Verdict, worst
from slipway.domain.plan import ReleasePlan
from slipway.domain.release import Sentence
from slipway.ports import (
    Announcer,
    Clock,
    Condemnation,
    EndpointReader,
    Failer,
    Measurements,
    ReleaseBook,
    RollbackGate,
)
from slipway.usecases.fail_waits import cause_of
from slipway.usecases.follow_guarded import follow_guarded
from slipway.usecases.measuring import measure_guarded, measure_step
from slipway.usecases.rollout import Rollout

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.judge import Judgement
    from slipway.domain.release import ReleaseRecord


class JudgingBook(Condemnation, ReleaseBook, Protocol):
    """The parts of the ledger that the judge touches."""


def judge_canary(  # noqa: PLR0913 - the ports
    endpoint: str,
    release: str,
    *,
    ledger: JudgingBook,
    measurements: Measurements,
    failer: Failer,
    gate: RollbackGate,
    endpoints: EndpointReader,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, Any]:
    """Judge what bakes or waits for a person; on FAIL condemn the release and end that.

    Of a guarded deployment nobody else sees how far it is: each new step is announced.

    The end of the bake decides about everything else. Scheduler calls at least once and maybe
    after the bake: then there is nothing to judge.
    """
    record = ledger.read_release(endpoint, release)
    now = clock.now()
    if record.outcome == "running" and record.made.get("gate"):
        answer = _Guarded(record, ledger, gate).look(measurements, now)
        if answer["verdict"] != Verdict.FAIL:
            rollout = Rollout(record, ReleasePlan.from_dict(record.plan))
            follow_guarded(rollout, ledger=ledger, endpoints=endpoints, announcer=announcer)
        return answer
    if record.outcome != "running" or record.condemned:
        return {"verdict": "none"}
    judgements = _look(record, measurements, now)
    if judgements is None:
        return {"verdict": "none"}
    judgement = worst(judgements)
    if judgement.verdict is Verdict.FAIL:
        sentence = Sentence(
            judgement.reason, "judge", now.isoformat(), evidence=judgement.as_dict()
        )
        _end(ledger.condemn(endpoint, release, sentence), failer)
    return _answer(judgement)


def _look(
    record: ReleaseRecord, measurements: Measurements, now: datetime
) -> list[Judgement] | None:
    """Judge the step that bakes, or the one at which the release waits for a person."""
    measure = partial(
        measure_step,
        Rollout(record, ReleasePlan.from_dict(record.plan)),
        measurements=measurements,
        now=now,
    )
    if record.bake:
        return measure(step=int(record.bake["step"]), tries=int(record.bake.get("tries", 1)))
    if not record.gate or not record.gate["step"]:
        return None
    # A wait has no end that its looks could share a level of latency's test by.
    judgements = measure(step=int(record.gate["step"]) - 1, tries=1)
    return [each for each in judgements if each.metric in ANYTIME_VALID]


class _Guarded:
    """A deployment that SageMaker carries out: it goes back when the gate's alarm rings."""

    def __init__(self, record: ReleaseRecord, ledger: JudgingBook, gate: RollbackGate) -> None:
        self.record = record
        self.ledger = ledger
        self.gate = gate

    def look(self, measurements: Measurements, now: datetime) -> dict[str, Any]:
        """Pull the gate of a condemned release each minute: SageMaker may look in between."""
        if self.record.condemned:
            return self._pull(self.record.condemned["reason"])
        rollout = Rollout(self.record, ReleasePlan.from_dict(self.record.plan))
        judgement = worst(measure_guarded(rollout, measurements=measurements, now=now))
        if judgement.verdict is not Verdict.FAIL:
            self.gate.hold(self.record.endpoint, self.record.release)
            return _answer(judgement)
        sentence = Sentence(
            judgement.reason, "judge", now.isoformat(), evidence=judgement.as_dict()
        )
        self.ledger.condemn(self.record.endpoint, self.record.release, sentence)
        return self._pull(judgement.reason)

    def _pull(self, reason: str) -> dict[str, Any]:
        endpoint, release = self.record.endpoint, self.record.release
        self.gate.pull(endpoint, release, self.record.made["gate"], reason)
        return {"verdict": str(Verdict.FAIL), "reason": reason}


def _end(record: ReleaseRecord, failer: Failer) -> None:
    """Fail the bake, or the wait for a person, with the first sentence, whoever wrote it."""
    condemned = record.condemned
    for wait in (record.bake, record.gate):
        if condemned and wait:
            failer.fail(wait["token"], condemned["error"], cause_of(condemned))


def _answer(judgement: Judgement) -> dict[str, Any]:
    return {"verdict": str(judgement.verdict), "reason": judgement.reason}
