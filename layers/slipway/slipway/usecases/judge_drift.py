"""Judge what a run counted, and write what people and the end of the run read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from slipway.domain.drift.outcome import RunOutcome
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.record import FAILED, Pending
from slipway.domain.drift.report import PastLook
from slipway.domain.drift.requirements import Requirements
from slipway.domain.drift.settings import Settings
from slipway.domain.drift.verdict import Verdict
from slipway.domain.drift.yardstick import Yardstick
from slipway.domain.naming.monitoring import drift_report_folder, run_folder
from slipway.errors import FileGone
from slipway.ports import DriftBook, ReleaseBook
from slipway.usecases.drift_gauges import gauges_of
from slipway.usecases.drift_run import hold_run
from slipway.usecases.drift_settings import drift_settings
from slipway.usecases.gather_profiles import gather, remembered
from slipway.usecases.judge_profile import (
    REPORT,
    STATISTICS,
    VIOLATIONS,
    Circumstances,
    files_of,
    judge_profile,
)
from slipway.usecases.learn_captures import learn_captures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.record import DriftRecord
    from slipway.domain.spec.drift import Drift
    from slipway.ports import Clock, Shelf
    from slipway.usecases.drift_run import RunRef
    from slipway.usecases.gather_profiles import Gathered
    from slipway.usecases.judge_profile import Judged

COUNTED, OUTCOME, WAITING = "counted.jsonl", "outcome.json", "waiting"
_CALLED = {REPORT: "report", STATISTICS: "statistics", VIOLATIONS: "violations"}
_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}


class JudgingBook(DriftBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what is watched, and how."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the run has done so far.

    Parameters
    ----------
    index : str
        The key of the list of all files that are counted once this run is.
    yardstick : str
        The key of what they were measured by.
    """

    index: str
    yardstick: str
    batches: int
    places: tuple[str, ...]

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read a state's payload."""
        planned = event["planned"]
        return cls(
            str(planned["index"]),
            str(event["yardstick"]),
            int(planned["batches"]),
            tuple(planned["places"]),
        )


class DriftJudge:
    """Adds up, compares, judges and writes."""

    def __init__(self, *, ledger: JudgingBook, shelf: Shelf, clock: Clock) -> None:
        self.ledger = ledger
        self.shelf = shelf
        self.clock = clock

    def judge(self, ref: RunRef, work: Work) -> dict[str, Any]:
        """Write the outcome; may be repeated.

        Raises
        ------
        FileGone
            If something that the run has written is gone.
        """
        record, _ = hold_run(ref, self.ledger)
        settings = drift_settings(record, self.ledger)
        look = _Look(ref, work, record, settings, self._yardstick(work.yardstick))
        gathered = gather(ref, work.batches, look.yardstick, self.shelf)
        window = self._with_pending(gathered.profile, record)
        judged = judge_profile(look.yardstick.baseline, window, look.limits)
        outcome = self._outcome(look, gathered, judged)
        key = run_folder(ref.endpoint, ref.run) + OUTCOME
        self.shelf.put(key, outcome.to_bytes())
        return {
            "outcome": key,
            "verdict": str(outcome.verdict.verdict),
            "reason": outcome.verdict.reason,
            "report": outcome.report,
        }

    def _yardstick(self, key: str) -> Yardstick:
        content = self.shelf.get(key)
        if content is None:
            raise FileGone(f"{key}, which captures are measured by, is gone")
        return Yardstick.from_bytes(content)

    def _with_pending(self, profile: Profile, record: DriftRecord) -> Profile:
        """Return what is judged together with what was too little to judge before."""
        content = self.shelf.get(record.pending.key) if record.pending else None
        return Profile.from_bytes(content).merged(profile) if content else profile

    def _outcome(self, look: _Look, gathered: Gathered, judged: Judged) -> RunOutcome:
        folder, shelf = run_folder(look.ref.endpoint, look.ref.run), self.shelf
        shelf.put_lines(folder + COUNTED, remembered(look.work.index, gathered.files, shelf))
        learning = learn_captures(
            look.record,
            folder,
            look.yardstick,
            gathered.profile,
            enough=look.settings.learn,
            shelf=shelf,
        )
        window, troubles = judged.profile, judged.coverage.troubles
        return RunOutcome(
            judged.verdict,
            index=folder + COUNTED,
            first=window.first,
            last=window.last,
            files=gathered.fates[""],
            copies=gathered.fates["copy"],
            gone=gathered.fates["gone"],
            troubles=troubles,
            places=look.work.places,
            files_written=self._publish(look, gathered, judged),
            ratios=PastLook.of(judged.verdict, self.clock.now()).ratios,
            # What counts in other bins does not add up with what comes.
            pending=None if learning.baseline else self._too_little(folder, judged),
            learning=learning.waiting,
            baseline=learning.baseline,
            gauges=gauges_of(judged.verdict, troubles, look.settings.metrics),
        )

    def _too_little(self, folder: str, judged: Judged) -> Pending | None:
        """Keep what says nothing, for the next run may have enough together with it."""
        window = judged.profile
        told = judged.verdict.verdict is not Verdict.CANNOT_TELL
        if told or judged.baseline is None or not window.rows:
            return None
        self.shelf.put(folder + WAITING, window.to_bytes(), "application/octet-stream")
        return Pending(folder + WAITING, window.first, window.rows)

    def _publish(self, look: _Look, gathered: Gathered, judged: Judged) -> dict[str, str]:
        """Write what people and Model Monitor's tools read; return where."""
        moment, record = self.clock.now(), look.record
        about = Circumstances(
            subject=record.endpoint,
            told=moment,
            files=gathered.fates[""],
            places=look.work.places,
            version=record.version,
            baseline=_words(record),
            began=_began(record, judged),
            history=[
                PastLook.from_dict(dict(each))
                for each in record.history
                if each["verdict"] != FAILED
            ],
            execution=look.ref.execution,
        )
        folder = drift_report_folder(record.endpoint, look.ref.run)
        return {
            _CALLED[name]: self.shelf.put(folder + name, content, _TYPES[name.rpartition(".")[2]])
            for name, content in files_of(judged, about, look.limits).items()
        }


@dataclass(frozen=True, slots=True)
class _Look:
    """Everything that a judgement depends on, beside what was counted."""

    ref: RunRef
    work: Work
    record: DriftRecord
    settings: Drift
    yardstick: Yardstick

    @property
    def limits(self) -> Settings:
        """How a window is judged."""
        known = self.yardstick.baseline
        return Settings.of(self.settings, Requirements.of(known.constraints_read if known else {}))


def _words(record: DriftRecord) -> str:
    """Say what is compared with."""
    known = record.baseline
    if known is None:
        return ""
    what = {"captures": "the first captured requests", "model-monitor": "statistics.json"}
    return f"{what.get(known.source, known.source)} of version {record.version}"


def _began(record: DriftRecord, judged: Judged) -> datetime | None:
    moment = str((record.episode or {}).get("began") or "")
    if not moment and judged.verdict.verdict is Verdict.DRIFT:
        moment = judged.profile.first
    return datetime.fromisoformat(moment) if moment else None
