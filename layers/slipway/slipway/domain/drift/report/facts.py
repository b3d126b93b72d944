"""What a drift report tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.drift.checks import CHECKS
from slipway.domain.drift.report.looks import is_distance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.drift.evidence import Comparison, Coverage
    from slipway.domain.drift.report.looks import PastLook
    from slipway.domain.drift.report.quality import Quality
    from slipway.domain.drift.verdict import DriftVerdict, Finding


@dataclass(frozen=True, slots=True)
class Source:
    """What was read.

    Parameters
    ----------
    places : sequence of str
        Folders or S3 addresses, as whoever retrains needs them.
    synthetic : int
        Calls that Slipway itself made, left out.
    first, last : str
        The earliest and the latest request, as captured; empty where nothing was.
    """

    coverage: Coverage
    files: int
    places: Sequence[str] = ()
    synthetic: int = 0
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class DriftRun:
    """Everything that the page shows.

    Parameters
    ----------
    subject : str
        The endpoint, or whatever a person calls what was looked at.
    version : str
        The model's version; empty if it is not known.
    baseline : str
        What was compared with, in a few words.
    told : datetime
        When the report was written.
    began : datetime, optional
        When the drift that lasts began; None if there is none or nobody knows.
    history : sequence of PastLook
        Earlier looks, the oldest first; this one is not among them.
    parts : sequence of PastLook
        What parts of this look come to by themselves, the oldest first; shown in place of the
        history.
    examples : sequence of str
        Lines as users sent them; only if the settings ask for them, and then also words that the
        baseline does not know are shown.
    show_examples : bool
        Whether the settings ask for them.
    of_endpoint : bool
        Whether the subject is an endpoint's name.
    execution : str
        Where it was found; a link or an ARN.
    """

    subject: str
    verdict: DriftVerdict
    comparisons: Sequence[Comparison]
    source: Source
    told: datetime
    baseline: str = ""
    version: str = ""
    began: datetime | None = None
    history: Sequence[PastLook] = ()
    parts: Sequence[PastLook] = ()
    quality: Quality | None = None
    show_examples: bool = False
    examples: Sequence[str] = ()
    of_endpoint: bool = True
    execution: str = ""

    @property
    def ordered(self) -> list[Finding]:
        """What was found of distributions: what drifted first, then the worst."""
        found = [each for each in self.verdict.findings if is_distance(each)]
        return sorted(found, key=_worst_first)

    @property
    def drifted(self) -> list[Finding]:
        """Of the distributions those that drifted, the worst first."""
        return [each for each in self.ordered if each.violated]

    @property
    def unseen(self) -> list[Finding]:
        """What could not be compared: there is too little of it."""
        return [each for each in self.verdict.findings if each.p_value is None]

    @property
    def broken(self) -> list[Finding]:
        """What was found of the form of rows and values, and is too much."""
        found = [each for each in self.verdict.findings if each.violated and each.test in CHECKS]
        return sorted(found, key=_worst_first)

    @property
    def worse(self) -> list[Finding]:
        """What was found of model quality and business metrics, and is beyond its limit."""
        return list(self.quality.verdict.violations) if self.quality else []


def _worst_first(finding: Finding) -> tuple[bool, int, float, str]:
    return not finding.violated, -finding.severity.rank, -finding.ratio, finding.feature
