"""Judge predictions by what turned out to be true, and business metrics by their limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.drift.known_quality import KnownQuality
from slipway.domain.drift.quality import (
    Measured,
    QualitySettings,
    judge_quality,
    limits_of,
    read_limits,
)
from slipway.domain.drift.quality import together as limits_together
from slipway.domain.drift.verdict import DriftVerdict, Verdict
from slipway.domain.errors import DomainError
from slipway.domain.naming.monitoring import run_folder
from slipway.ports import DriftBook, ReleaseBook
from slipway.usecases.beside_model import CONSTRAINTS, BesideModel
from slipway.usecases.collect_truths import TruthCollector, hours_before
from slipway.usecases.drift_run import hold_run
from slipway.usecases.drift_settings import drift_settings
from slipway.usecases.join_truths import TruthJoiner, Variant

if TYPE_CHECKING:
    from slipway.domain.drift.quality import Limit
    from slipway.domain.drift.record import DriftRecord, Run
    from slipway.domain.spec.drift import Drift
    from slipway.ports import BusinessNumbers, CaptureFiles, Shelf, SideFiles
    from slipway.usecases.drift_run import RunRef

QUALITY = "quality.json"
INDEX, WAITING = "truths.jsonl", "waiting-truths.jsonl"
NOTHING = DriftVerdict(Verdict.CANNOT_TELL, "Nothing is known of how good the model is.")


class QualityBook(DriftBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what is watched, and how."""


class QualityJudge:
    """Collects truths, lays them beside answers, and judges figures."""

    def __init__(
        self,
        *,
        ledger: QualityBook,
        beside: SideFiles,
        files: CaptureFiles,
        shelf: Shelf,
        numbers: BusinessNumbers,
    ) -> None:
        self.ledger = ledger
        self.beside = beside
        self.files = files
        self.shelf = shelf
        self.numbers = numbers

    def judge(self, ref: RunRef) -> dict[str, Any]:
        """Write what is known; may be repeated. Answer its key, empty if nobody looks at it."""
        record, run = hold_run(ref, self.ledger)
        settings = drift_settings(record, self.ledger)
        known = self._figures(record, run, settings)
        business = self._business(record, run, settings)
        if known is None and not business:
            return {"quality": ""}
        found = replace(known or KnownQuality(NOTHING), business=tuple(business))
        key = run_folder(ref.endpoint, ref.run) + QUALITY
        self.shelf.put(key, found.to_bytes())
        return {"quality": key}

    def _figures(self, record: DriftRecord, run: Run, settings: Drift) -> KnownQuality | None:
        asked = QualitySettings.of(settings.quality)
        if asked is None:
            return None
        moment, wait = datetime.fromisoformat(run.since), timedelta(seconds=asked.wait_seconds)
        work, before = run_folder(record.endpoint, run.id), record.truths or {}
        collector = TruthCollector(self.files, self.shelf)
        collected = collector.collect(record, work + INDEX, moment, wait)
        joiner = TruthJoiner(
            Variant(record.endpoint, record.variant), asked, files=self.files, shelf=self.shelf
        )
        left = dict(collected.truths)
        changed = joiner.join(run.id, left, hours_before(moment, wait, record.since))
        known = KnownQuality(
            _before(record, moment - wait),
            problem=asked.problem,
            mark=collected.mark,
            waiting=collector.keep(work + WAITING, replace(collected, truths=left), moment),
            hours=tuple(before.get("hours", ())),
            judged=str(before.get("judged", "")),
            troubles=collected.troubles,
        )
        if not changed:
            return known
        hours = sorted({*known.hours, *changed})
        joined, limits = joiner.total(hours), self._limits(record, asked)
        said = judge_quality(joined, limits, asked, settings.significance)
        known = replace(known, fresh=True, joined=joined, limits=tuple(limits), hours=tuple(hours))
        if joined.tally.count < asked.minimum:
            return known if known.judged else replace(known, figures=said)
        return replace(known, figures=said, hours=(), judged=run.since)

    def _limits(self, record: DriftRecord, asked: QualitySettings) -> list[Limit]:
        beside = BesideModel(record, self.beside)
        version, wanted = beside.version_of(CONSTRAINTS), limits_of(asked.limits)
        if version is None:
            return wanted
        try:
            given = read_limits(beside.read(CONSTRAINTS, version), asked.problem)
        except DomainError as error:
            raise beside.refusal(CONSTRAINTS, error) from error
        return limits_together(given, wanted)

    def _business(self, record: DriftRecord, run: Run, settings: Drift) -> list[Measured]:
        until = datetime.fromisoformat(run.since)
        last = record.history[-1]["at"] if record.history else None
        since = datetime.fromisoformat(last) if last else until - timedelta(hours=1)
        return [
            Measured(
                each.metric,
                self.numbers.value(
                    each.namespace,
                    each.metric,
                    each.dimensions,
                    statistic=each.statistic,
                    since=since,
                    until=until,
                ),
                each.at_least,
                each.at_most,
            )
            for each in settings.quality.business
        ]


def _before(record: DriftRecord, oldest: datetime) -> DriftVerdict:
    """Return what was said last: until more is known, a model that was bad is bad."""
    told = record.truths or {}
    judged = str(told.get("judged", ""))
    if not judged or datetime.fromisoformat(judged) < oldest:
        return NOTHING
    return DriftVerdict.from_dict(dict(told["figures"]))
