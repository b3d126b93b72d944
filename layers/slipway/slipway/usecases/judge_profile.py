"""What a profile says beside a baseline: one way, in the functions and on a person's machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.comparing import compare
from slipway.domain.drift.evidence import Coverage
from slipway.domain.drift.judging import judge
from slipway.domain.drift.plain_json import plain_json
from slipway.domain.drift.report import DriftRun, Source, draw_report
from slipway.domain.drift.troubles import Trouble
from slipway.domain.drift.violations import violations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.drift.evidence import Comparison
    from slipway.domain.drift.profiles import Profile
    from slipway.domain.drift.report import PastLook, Quality
    from slipway.domain.drift.settings import Settings
    from slipway.domain.drift.verdict import DriftVerdict

STATISTICS, VIOLATIONS, REPORT = "statistics.json", "constraint_violations.json", "report.html"


@dataclass(frozen=True, slots=True)
class Judged:
    """A profile, what it was compared with, and the verdict.

    Parameters
    ----------
    baseline : Baseline, optional
        None where there is none yet: then nothing can be told.
    """

    baseline: Baseline | None
    profile: Profile
    comparisons: Sequence[Comparison]
    coverage: Coverage
    verdict: DriftVerdict


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a report tells beside the numbers; `DriftRun` says what each is."""

    subject: str
    told: datetime
    files: int
    places: Sequence[str] = ()
    version: str = ""
    baseline: str = ""
    began: datetime | None = None
    history: Sequence[PastLook] = ()
    parts: Sequence[PastLook] = ()
    quality: Quality | None = None
    of_endpoint: bool = True
    execution: str = ""


def judge_profile(baseline: Baseline | None, profile: Profile, settings: Settings) -> Judged:
    """Compare a profile with a baseline, and judge the differences."""
    comparisons = compare(baseline, profile) if baseline else ()
    coverage = Coverage.of(profile.records, profile.rows, profile.troubles)
    return Judged(baseline, profile, comparisons, coverage, judge(comparisons, coverage, settings))


def files_of(judged: Judged, about: Circumstances, settings: Settings) -> dict[str, bytes]:
    """Return the files that a look leaves: two in Model Monitor's formats, and the report."""
    return {
        STATISTICS: plain_json(_statistics(judged.profile)),
        VIOLATIONS: plain_json(violations(judged.verdict)),
        REPORT: draw_report(_run(judged, about, settings)).encode(),
    }


def _run(judged: Judged, about: Circumstances, settings: Settings) -> DriftRun:
    profile = judged.profile
    samples = profile.troubles.samples if settings.examples else ()
    source = Source(
        coverage=judged.coverage,
        files=about.files,
        places=about.places,
        synthetic=profile.troubles.counts.get(Trouble.SYNTHETIC, 0),
        first=profile.first,
        last=profile.last,
    )
    return DriftRun(
        subject=about.subject,
        verdict=judged.verdict,
        comparisons=judged.comparisons,
        source=source,
        told=about.told,
        baseline=about.baseline,
        version=about.version,
        began=about.began,
        history=about.history,
        parts=about.parts,
        quality=about.quality,
        show_examples=settings.examples,
        examples=[each.line.decode(errors="replace") for each in samples],
        of_endpoint=about.of_endpoint,
        execution=about.execution,
    )


def _statistics(profile: Profile) -> dict[str, Any]:
    if profile.rows:
        return Baseline.from_profile(profile).statistics()
    return {"version": 0.0, "dataset": {"item_count": 0}, "features": []}
