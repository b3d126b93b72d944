"""Judge predictions by what turned out to be true, and business metrics by their limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.drift.known_quality import KnownQuality
from slipway.domain.drift.quality import (
    QualitySettings,
    judge_quality,
    lacking,
    limits_of,
    read_limits,
)
from slipway.domain.drift.quality import together as limits_together
from slipway.domain.drift.verdict import DriftVerdict, Verdict
from slipway.domain.errors import DomainError
from slipway.domain.naming.monitoring import run_folder
from slipway.ports import DriftBook, ReleaseBook
from slipway.usecases.beside_model import CONSTRAINTS, BesideModel
from slipway.usecases.bring_truths import Bringer
from slipway.usecases.drift_run import hold_run
from slipway.usecases.drift_settings import drift_settings
from slipway.usecases.measure_business import measure_business
from slipway.usecases.patience import Patience

if TYPE_CHECKING:
    from slipway.domain.drift.quality import Limit
    from slipway.domain.drift.record import DriftRecord, Run
    from slipway.domain.spec.drift import Drift
    from slipway.ports import BusinessNumbers, CaptureFiles, Clock, Shelf, SideFiles
    from slipway.usecases.bring_truths import Brought
    from slipway.usecases.drift_run import RunRef

QUALITY = "quality.json"
NOTHING = DriftVerdict(Verdict.CANNOT_TELL, "Nothing is known of how good the model is.")
# Hours with too few truths to be judged alone, the latest ones.
MOST_POOLED = 1000


class QualityBook(DriftBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what is watched, and how."""


class QualityJudge:
    """Collects truths, lays them beside answers, and judges figures."""

    def __init__(  # noqa: PLR0913 - the places that it reads and writes, by name
        self,
        *,
        ledger: QualityBook,
        beside: SideFiles,
        files: CaptureFiles,
        shelf: Shelf,
        numbers: BusinessNumbers,
        clock: Clock,
    ) -> None:
        self.ledger = ledger
        self.beside = beside
        self.files = files
        self.shelf = shelf
        self.numbers = numbers
        self.clock = clock

    def judge(self, ref: RunRef) -> dict[str, Any]:
        """Write what is known; may be repeated. Answer its key, empty if nobody looks at it."""
        patience = Patience(self.clock, self.clock.now())
        record, run = hold_run(ref, self.ledger)
        settings = drift_settings(record, self.ledger)
        business = settings.quality.business
        asked = QualitySettings.of(settings.quality)
        if asked is None and not business:
            return {"quality": ""}
        known = KnownQuality(NOTHING)
        if asked is not None:
            known = self._known(record, run, settings, asked, patience)
        measured, until = measure_business(record, run, business, self.numbers)
        found = replace(known, business=tuple(measured), until=until)
        key = run_folder(ref.endpoint, ref.run) + QUALITY
        self.shelf.put(key, found.to_bytes())
        return {"quality": key}

    def _known(
        self,
        record: DriftRecord,
        run: Run,
        settings: Drift,
        asked: QualitySettings,
        patience: Patience,
    ) -> KnownQuality:
        share = settings.sampling / 100
        bringer = Bringer(record, run, asked, share, self.files, self.shelf, patience)
        brought, before = bringer.bring(), record.truths or {}
        wait = timedelta(seconds=asked.wait_seconds)
        known = KnownQuality(
            _before(record, datetime.fromisoformat(run.since) - wait),
            problem=asked.problem,
            mark=brought.mark,
            waiting=brought.waiting,
            hours=tuple(before.get("hours", ())),
            judged=str(before.get("judged", "")),
            uncounted=tuple(brought.counted.left),
            progress=brought.progress,
            matches=brought.matches,
            troubles=brought.troubles,
        )
        if not brought.counted.hours:
            return known
        return self._judged(known, bringer, brought, settings.significance)

    def _judged(
        self, known: KnownQuality, bringer: Bringer, brought: Brought, significance: float
    ) -> KnownQuality:
        """Return what is said of the hours of which more is known now."""
        asked = bringer.asked
        hours = sorted({*known.hours, *brought.counted.hours})[-MOST_POOLED:]
        joined, limits = bringer.joiner.total(hours), self._limits(bringer.record, asked)
        said = judge_quality(joined, limits, asked, significance)
        known = replace(known, fresh=True, joined=joined, limits=tuple(limits), hours=tuple(hours))
        if joined.tally.count < asked.minimum:
            known = replace(known, lacking=lacking(joined, asked))
            return known if known.judged else replace(known, figures=said)
        return replace(known, figures=said, hours=(), judged=bringer.run.since)

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


def _before(record: DriftRecord, oldest: datetime) -> DriftVerdict:
    """Return what was said last: until more is known, a model that was bad is bad."""
    told = record.truths or {}
    judged = str(told.get("judged", ""))
    if not judged or datetime.fromisoformat(judged) < oldest:
        return NOTHING
    return DriftVerdict.from_dict(dict(told["figures"]))
