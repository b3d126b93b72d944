"""What judging a window says: a verdict, and what was found of each feature."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal, Self


class Verdict(StrEnum):
    """What is said of a window as a whole; not to be able to tell is neither good nor bad."""

    NO_DRIFT = "no-drift"
    DRIFT = "drift"
    CANNOT_TELL = "cannot-tell"


class Severity(StrEnum):
    """How far beyond its limit something is: each step is twice the one before."""

    NONE = "none"
    MODERATE = "moderate"
    SERIOUS = "serious"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        """From 0, none, to 3."""
        return list(Severity).index(self)


Where = Literal["input", "output", "columns", "quality"]
"""What a finding is about: what was asked, what was answered, the rows' form, or the truth."""

_SERIOUS, _SEVERE = 2, 4


def severity_of(distance: float, threshold: float) -> Severity:
    """Return how severe a distance beyond its threshold is.

    Example
    -------
    >>> severity_of(0.25, 0.1)
    <Severity.SERIOUS: 'serious'>
    """
    if distance > _SEVERE * threshold:
        return Severity.SEVERE
    return Severity.SERIOUS if distance > _SERIOUS * threshold else Severity.MODERATE


@dataclass(frozen=True, slots=True)
class Finding:
    """What one test or check found of one feature.

    Attributes
    ----------
    test
        The name of the test or check.
    distance, threshold
        What was found, and above what it is too much.
    p_value
        How probable such a distance is without drift, corrected for everything that was looked at
        in this window; None if it could not be judged.
    violated
        The distance is beyond the threshold, and not by chance.
    near
        The distance is close to the threshold or beyond it, and hardly by chance: an episode does
        not end so.
    reason
        In plain words.
    description
        In Model Monitor's words, for constraint_violations.json.
    """

    feature: str
    side: Where
    test: str
    distance: float
    threshold: float
    p_value: float | None
    severity: Severity
    violated: bool
    near: bool
    reason: str
    description: str = ""

    @property
    def ratio(self) -> float:
        """How many times its threshold the distance is."""
        if self.threshold <= 0:
            return float("inf") if self.distance > 0 else 0.0
        return self.distance / self.threshold

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"severity": str(self.severity)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a finding from :meth:`as_dict`."""
        return cls(**(values | {"severity": Severity(values["severity"])}))


@dataclass(frozen=True, slots=True)
class DriftVerdict:
    """What is said of a window.

    Attributes
    ----------
    rows, records
        What it was read from.
    findings
        Of every feature that was looked at; the worst first.
    """

    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...] = ()
    rows: int = 0
    records: int = 0

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that say drift, the worst first."""
        return tuple(finding for finding in self.findings if finding.violated)

    @property
    def features(self) -> tuple[str, ...]:
        """What drifts, the worst first, each once."""
        return tuple(dict.fromkeys(finding.feature for finding in self.violations))

    @property
    def severity(self) -> Severity:
        """The worst of the violations."""
        found = (finding.severity for finding in self.violations)
        return max(found, key=lambda severity: severity.rank, default=Severity.NONE)

    @property
    def calm(self) -> bool:
        """Whether the window says that all is well, clearly enough to end an episode."""
        return self.verdict is Verdict.NO_DRIFT and not any(each.near for each in self.findings)

    @property
    def suggests_retraining(self) -> bool:
        """Whether a model that is trained anew would help.

        Values that are missing, of another type, in other columns or that nobody can read are
        faults on their way to the model; training on them would only teach it the fault.
        """
        return any(finding.test not in FAULTS for finding in self.violations)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "verdict": str(self.verdict),
            "reason": self.reason,
            "rows": self.rows,
            "records": self.records,
            "severity": str(self.severity),
            "features": list(self.features),
            "findings": [finding.as_dict() for finding in self.findings],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build a verdict from :meth:`as_dict`."""
        findings = tuple(Finding.from_dict(each) for each in values["findings"])
        verdict = Verdict(values["verdict"])
        return cls(verdict, values["reason"], findings, values["rows"], values["records"])


FAULTS = frozenset(
    {
        "data_type",
        "completeness",
        "missing_column",
        "extra_column",
        "unreadable",
        "unreadable_answers",
    }
)
