"""Judge what a run counted, and write what people and the end of the run read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from sys import maxsize
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.drift.checks import all_rows
from slipway.domain.drift.combining import together
from slipway.domain.drift.judging import lacks_rows, unreadable
from slipway.domain.drift.known_quality import KnownQuality
from slipway.domain.drift.masking import mask_version
from slipway.domain.drift.outcome import RunOutcome
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.record import Pending
from slipway.domain.drift.report import PastLook
from slipway.domain.drift.schema import Schema
from slipway.domain.drift.verdict import Verdict
from slipway.domain.drift.yardstick import Yardstick
from slipway.domain.naming.monitoring import run_folder
from slipway.ports import DriftBook, ReleaseBook
from slipway.usecases.drift_gauges import gauges_of, names_of
from slipway.usecases.drift_look import Look, Work
from slipway.usecases.drift_run import hold_run
from slipway.usecases.drift_settings import drift_settings
from slipway.usecases.gather_profiles import gather, remembered
from slipway.usecases.judge_profile import judge_profile
from slipway.usecases.kept_files import kept
from slipway.usecases.learn_captures import learn_captures
from slipway.usecases.publish_look import Publisher

if TYPE_CHECKING:
    from slipway.domain.drift.record import DriftRecord
    from slipway.domain.drift.verdict import DriftVerdict
    from slipway.domain.spec.drift import Drift
    from slipway.ports import Clock, Shelf
    from slipway.usecases.drift_run import RunRef
    from slipway.usecases.gather_profiles import Gathered
    from slipway.usecases.judge_profile import Judged

# What waits for longer is not judged together with what comes.
OLDEST = timedelta(days=7)
COUNTED, OUTCOME, WAITING = "counted.jsonl", "outcome.json", "waiting"


class JudgingBook(DriftBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what is watched, and how."""


class DriftJudge:
    """Adds up, compares, judges and writes."""

    def __init__(self, *, ledger: JudgingBook, shelf: Shelf, clock: Clock) -> None:
        self.ledger = ledger
        self.shelf = shelf
        self.clock = clock
        self.publisher = Publisher(shelf, clock)

    def judge(self, ref: RunRef, work: Work) -> dict[str, Any]:
        """Write the outcome; may be repeated.

        Raises
        ------
        FileGone
            If something that the run has written is gone.
        """
        record, _ = hold_run(ref, self.ledger)
        settings = drift_settings(record, self.ledger)
        quality = KnownQuality.from_bytes(kept(work.quality, self.shelf)) if work.quality else None
        if not work.yardstick and not _masked_as(record, settings):
            # What was counted before a column was masked holds its values.
            record = replace(record, baseline=None, pending=None)
        look = Look(ref, work, record, settings, self._yardstick(work, record), quality)
        gathered = gather(ref, work.batches, look.yardstick, self.shelf)
        window = self._with_pending(gathered.profile, self._waiting(record))
        judged = judge_profile(look.yardstick.baseline, window, look.limits)
        outcome = self._with_quality(look, self._outcome(look, gathered, judged))
        key = run_folder(ref.endpoint, ref.run) + OUTCOME
        self.shelf.put(key, outcome.to_bytes())
        return {
            "outcome": key,
            "verdict": str(outcome.verdict.verdict),
            "reason": outcome.verdict.reason,
            "report": outcome.report,
        }

    def _yardstick(self, work: Work, record: DriftRecord) -> Yardstick:
        """Return what was measured by; without captures there may be none yet."""
        key = work.yardstick or (record.baseline.key if record.baseline else "")
        return Yardstick.from_bytes(kept(key, self.shelf)) if key else Yardstick(Schema((), ()))

    def _waiting(self, record: DriftRecord) -> Pending | None:
        """Return what waits to be judged, unless it is of a time that says nothing of today."""
        pending, oldest = record.pending, self.clock.now() - OLDEST
        young = pending and datetime.fromisoformat(pending.since) >= oldest
        return pending if young else None

    def _with_pending(self, profile: Profile, pending: Pending | None) -> Profile:
        """Return what is judged together with what was too little to judge before."""
        content = self.shelf.get(pending.key) if pending else None
        return Profile.from_bytes(content).merged(profile) if content else profile

    def _outcome(self, look: Look, gathered: Gathered, judged: Judged) -> RunOutcome:
        folder, shelf = run_folder(look.ref.endpoint, look.ref.run), self.shelf
        shelf.put_lines(folder + COUNTED, remembered(look.work.index, gathered.files, shelf))
        pending = self._too_little(look, judged)
        learning = learn_captures(
            look.record,
            folder,
            look.yardstick,
            gathered.profile,
            # What waits counts in the bins that there are; with others it would not add up.
            enough=maxsize if pending else look.settings.learn,
            shelf=shelf,
        )
        window, troubles, quality = judged.profile, judged.coverage.troubles, look.quality
        verdict = together(judged.verdict, [quality.verdict] if quality else [])
        files = gathered.fates[""]
        return RunOutcome(
            verdict,
            index=folder + COUNTED,
            first=window.first,
            last=window.last,
            files=files,
            copies=gathered.fates["copy"],
            gone=gathered.fates["gone"],
            troubles=troubles,
            places=look.work.places,
            files_written=self.publisher.publish(look, judged, verdict, files),
            ratios=PastLook.of(judged.verdict, self.clock.now()).ratios,
            pending=pending,
            learning=learning.waiting,
            baseline=learning.baseline,
            anew=learning.anew,
            unjudged=_unjudged(judged, look, anew=learning.anew),
            enough=look.limits.minimum_rows,
            gauges=self._gauges(look, judged, verdict),
        )

    def _gauges(self, look: Look, judged: Judged, verdict: DriftVerdict) -> dict[str, float]:
        names = names_of(judged.comparisons, look.limits, look.settings.metrics)
        return gauges_of(verdict, judged.coverage.troubles, names, look.limits.tests)

    def _with_quality(self, look: Look, outcome: RunOutcome) -> RunOutcome:
        quality = look.quality
        if quality is None:
            return replace(outcome, labels=look.record.labels, truths=look.record.truths)
        return replace(
            outcome,
            labels=quality.mark or look.record.labels,
            truths=quality.remembered(),
            gauges={**outcome.gauges, **quality.gauges()},
        )

    def _too_little(self, look: Look, judged: Judged) -> Pending | None:
        """Keep what is too little, for the next run may have enough together with it.

        What cannot be read would spoil each window that it is added to: what waited before it waits
        on without it.
        """
        window = judged.profile
        told = judged.verdict.verdict is not Verdict.CANNOT_TELL
        if told or judged.baseline is None:
            return None
        if not all_rows(judged.coverage) or not lacks_rows(judged.coverage, look.limits):
            return self._waiting(look.record)
        key = run_folder(look.ref.endpoint, look.ref.run) + WAITING
        self.shelf.put(key, window.to_bytes(), "application/octet-stream")
        return Pending(key, window.first or self.clock.now().isoformat(), window.rows)


def _masked_as(record: DriftRecord, settings: Drift) -> bool:
    known = record.baseline
    return known is None or known.versions.get("mask") == mask_version(settings.mask).get("mask")


def _unjudged(judged: Judged, look: Look, *, anew: bool) -> str:
    """Return why a window says nothing, if it is not that it is small; empty otherwise.

    While a baseline is learnt only what cannot be read, or has no common columns, is in its way.
    """
    coverage, reason = judged.coverage, judged.verdict.reason
    if judged.verdict.verdict is not Verdict.CANNOT_TELL or not coverage.records:
        return ""
    if unreadable(coverage):
        return reason
    if anew:
        wrong, every = all_rows(coverage) - coverage.rows, all_rows(coverage)
        return f"{wrong:,} of {every:,} rows have other columns than the requests that came first."
    compared = judged.baseline is not None
    return reason if compared and not lacks_rows(coverage, look.limits) else ""
