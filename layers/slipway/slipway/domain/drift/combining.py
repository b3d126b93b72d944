"""One verdict of several: of what was asked and answered, and of what turned out to be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.verdict import DriftVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence


def together(first: DriftVerdict, others: Sequence[DriftVerdict]) -> DriftVerdict:
    """Return what verdicts say together; rows and records are those of the first one.

    Each may say drift. That there is none only the first one may say: that a model was good enough
    for those of whom the truth is known says nothing about what is asked now.
    """
    drifting = [each for each in (first, *others) if each.verdict is Verdict.DRIFT]
    found = [finding for each in (first, *others) for finding in each.findings]
    findings = tuple(sorted(found, key=lambda each: (not each.violated, -each.ratio)))
    if drifting:
        reason = " ".join(each.reason for each in drifting)
        return DriftVerdict(Verdict.DRIFT, reason, findings, first.rows, first.records)
    return DriftVerdict(first.verdict, first.reason, findings, first.rows, first.records)
