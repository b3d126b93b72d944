"""Write what people, and Model Monitor's tools, read of a look at an endpoint's traffic."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from slipway.domain.drift.plain_json import plain_json
from slipway.domain.drift.quality import quality_statistics, quality_violations
from slipway.domain.drift.report import PastLook
from slipway.domain.drift.report.quality import Quality
from slipway.domain.drift.verdict import Verdict
from slipway.domain.drift.violations import violations
from slipway.domain.naming.monitoring import drift_report_folder
from slipway.usecases.judge_profile import (
    REPORT,
    STATISTICS,
    VIOLATIONS,
    Circumstances,
    files_of,
)

if TYPE_CHECKING:
    from slipway.domain.drift.known_quality import KnownQuality
    from slipway.domain.drift.record import DriftRecord
    from slipway.domain.drift.verdict import DriftVerdict
    from slipway.ports import Clock, Shelf
    from slipway.usecases.drift_look import Look
    from slipway.usecases.judge_profile import Judged

QUALITY_STATISTICS = "model_quality_statistics.json"
QUALITY_VIOLATIONS = "model_quality_violations.json"
# What the files are called where a pipeline is told of them.
_CALLED = {
    REPORT: "report",
    STATISTICS: "statistics",
    VIOLATIONS: "violations",
    QUALITY_STATISTICS: "quality_statistics",
    QUALITY_VIOLATIONS: "quality_violations",
}
_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}


class Publisher:
    """Writes a run's files."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self.shelf = shelf
        self.clock = clock

    def publish(
        self, look: Look, judged: Judged, verdict: DriftVerdict, files: int
    ) -> dict[str, str]:
        """Write a page and files for tools; return their S3 URIs by what they are called.

        Parameters
        ----------
        judged : Judged
            What was asked and answered, judged.
        verdict : DriftVerdict
            The same, with what is known of how good the model is.
        files : int
            How many files were read.
        """
        about = self._about(look, judged, files)
        written = files_of(replace(judged, verdict=verdict), about, look.limits)
        if look.quality:
            written[VIOLATIONS] = plain_json(violations(judged.verdict))
            written |= self._quality_files(look.quality)
        folder = drift_report_folder(look.record.endpoint, look.ref.run)
        return {
            _CALLED[name]: self.shelf.put(folder + name, content, _TYPES[name.rpartition(".")[2]])
            for name, content in written.items()
        }

    def _about(self, look: Look, judged: Judged, files: int) -> Circumstances:
        record, quality = look.record, look.quality
        return Circumstances(
            subject=record.endpoint,
            told=self.clock.now(),
            files=files,
            places=look.work.places,
            version=record.version,
            baseline=_words(record),
            began=_began(record, judged),
            history=[PastLook.from_dict(dict(each)) for each in record.looks],
            quality=_shown(quality) if quality else None,
            execution=look.ref.execution,
        )

    def _quality_files(self, quality: KnownQuality) -> dict[str, bytes]:
        if quality.joined is None or quality.problem is None:
            return {}
        at = self.clock.now().isoformat()
        told = quality_statistics(quality.joined.tally, quality.problem, first="", last="", at=at)
        return {
            QUALITY_STATISTICS: plain_json(told),
            QUALITY_VIOLATIONS: plain_json(quality_violations(quality.verdict)),
        }


def _shown(quality: KnownQuality) -> Quality:
    return Quality(
        quality.verdict,
        joined=quality.joined,
        limits=quality.limits,
        business=quality.business,
        left_out=quality.left_out,
        uncounted=len(quality.uncounted),
    )


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
