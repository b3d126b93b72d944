"""Says of a window whether it has drifted, or that it cannot be told. Pure; see the settings.

A feature drifts if its distance is beyond the limit *and* such evidence is improbable without
drift, after correction for everything that was looked at (`correction.py`). The limit keeps what
is real and does not matter from calling somebody, which in large windows is nearly everything; the
significance keeps out what is only noise, which in small windows is nearly everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks import all_rows, unread
from slipway.domain.drift.correction import holm
from slipway.domain.drift.looking import look_at_feature, look_at_rows
from slipway.domain.drift.settings import Settings
from slipway.domain.drift.troubles import told_troubles
from slipway.domain.drift.verdict import DriftVerdict, Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.evidence import Comparison, Coverage
    from slipway.domain.drift.looking import Look

# From this share of unreadable lines on, the rest is no fair sample of what users asked.
UNREADABLE = 0.5
_MOST_TOLD = 3


def judge(
    comparisons: Sequence[Comparison] | None,
    coverage: Coverage,
    settings: Settings | None = None,
) -> DriftVerdict:
    """Judge a window.

    A window with too few rows says nothing; merged with the next one it may.

    Parameters
    ----------
    comparisons
        One for every column of the baseline; None, or none, if there is no baseline.
    """
    settings = settings or Settings()
    problem = _problem(comparisons, coverage, settings)
    if problem or not comparisons:
        return _verdict(Verdict.CANNOT_TELL, problem, (), coverage)
    watched = [each for each in comparisons if settings.watches(each.feature)]
    looks = [*look_at_rows(comparisons, coverage, settings)]
    for comparison in watched:
        looks += look_at_feature(comparison, settings)
    findings = _weighed(looks, settings)
    found = [finding for finding in findings if finding.violated]
    if found:
        return _verdict(Verdict.DRIFT, _told(found), findings, coverage)
    of_features = [finding for finding in findings if finding.side != "columns"]
    if all(finding.p_value is None for finding in of_features):
        reason = "No feature could be judged: " + _first(of_features)
        return _verdict(Verdict.CANNOT_TELL, reason, findings, coverage)
    return _verdict(Verdict.NO_DRIFT, _all_well(watched, coverage), findings, coverage)


def _verdict(
    verdict: Verdict, reason: str, findings: tuple[Finding, ...], coverage: Coverage
) -> DriftVerdict:
    return DriftVerdict(verdict, reason, findings, coverage.rows, coverage.records)


def lacks_rows(coverage: Coverage, settings: Settings) -> bool:
    """Say whether a window only lacks rows: together with the next one it may tell something."""
    return not unreadable(coverage) and all_rows(coverage) < settings.minimum_rows


def unreadable(coverage: Coverage) -> bool:
    """Say whether so much cannot be read that the rest is no fair sample."""
    return _unreadable(coverage) >= UNREADABLE * coverage.records


def _unreadable(coverage: Coverage) -> int:
    return sum(unread(coverage).values())


def _problem(
    comparisons: Sequence[Comparison] | None, coverage: Coverage, settings: Settings
) -> str:
    """Say why nothing can be told; empty if it can."""
    if coverage.records and unreadable(coverage):
        lines = f"{_unreadable(coverage):,} of {coverage.records:,}"
        return f"{lines} captured records cannot be read: {told_troubles(unread(coverage))}."
    if not comparisons:
        return "There is no baseline to compare with."
    if not coverage.records:
        return "Nothing was captured."
    rows = all_rows(coverage)
    if rows < settings.minimum_rows:
        return f"Too few rows to tell: {rows:,}, at least {settings.minimum_rows:,} are wanted."
    return ""


def _weighed(looks: Sequence[Look], settings: Settings) -> tuple[Finding, ...]:
    """Correct for the number of looks; put the worst first."""
    judged = [look.p_value for look in looks if look.p_value is not None]
    corrected = iter(holm(judged))
    findings = [
        look.finding(None if look.p_value is None else next(corrected), settings.significance)
        for look in looks
    ]
    return tuple(sorted(findings, key=lambda each: (not each.violated, -each.ratio)))


def _all_well(watched: Sequence[Comparison], coverage: Coverage) -> str:
    alike = [each for each in watched if not each.unlike]
    told = f"None of {len(alike)} features has drifted, in {coverage.rows:,} rows."
    if any(each.unlike and each.side == "output" for each in watched):
        told += " What was answered is compared with nothing: the baseline holds nothing like it."
    return told


def _told(found: Sequence[Finding]) -> str:
    first = {finding.feature: finding for finding in reversed(found)}
    worst = list(dict.fromkeys(finding.feature for finding in found))
    told = "; ".join(f"{name}: {first[name].reason}" for name in worst[:_MOST_TOLD])
    more = f"; and {len(worst) - _MOST_TOLD} more" if len(worst) > _MOST_TOLD else ""
    return f"{len(worst)} drifted: {told}{more}."


def _first(findings: Sequence[Finding]) -> str:
    return f"{findings[0].feature}: {findings[0].reason}." if findings else "none is looked at."
