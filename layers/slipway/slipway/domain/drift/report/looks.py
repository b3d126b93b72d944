"""What is remembered of a look, so that a later report can tell when drift began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.drift.verdict import DriftVerdict, Finding

# Of each look that many features are remembered, the furthest from the baseline.
REMEMBERED = 20
_FURTHEST = 1e6
_SIDES = {"input", "output"}


@dataclass(frozen=True, slots=True)
class PastLook:
    """What an earlier look came to.

    Parameters
    ----------
    at : datetime
        Until when it looked.
    ratios : mapping
        Distances as multiples of their thresholds, by :func:`key_of` the finding.
    """

    at: datetime
    verdict: str
    ratios: Mapping[str, float]

    @classmethod
    def of(cls, verdict: DriftVerdict, at: datetime) -> Self:
        """Remember a verdict."""
        found: dict[str, float] = {}
        for each in verdict.findings:
            if is_distance(each):
                # JSON knows no infinity, which is how far everything is from a threshold of 0.
                ratio = round(min(each.ratio, _FURTHEST), 3)
                found[key_of(each)] = max(ratio, found.get(key_of(each), 0.0))
        furthest = sorted(found, key=lambda key: (-found[key], key))[:REMEMBERED]
        return cls(at, str(verdict.verdict), {key: found[key] for key in furthest})

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "at": self.at.isoformat(),
            "verdict": self.verdict,
            "ratios": dict(self.ratios),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read :meth:`as_dict`."""
        ratios = {str(name): float(value) for name, value in plain["ratios"].items()}
        return cls(datetime.fromisoformat(plain["at"]), plain["verdict"], ratios)


def is_distance(finding: Finding) -> bool:
    """Tell whether a finding compares distributions."""
    return finding.side in _SIDES and finding.test not in CHECKS and finding.p_value is not None


def key_of(finding: Finding) -> str:
    """Return what tells a feature from a prediction of the same name."""
    return f"{finding.side}/{finding.feature}"


def each_once(findings: Sequence[Finding]) -> list[Finding]:
    """Return the first finding of each feature."""
    return list({key_of(each): each for each in reversed(findings)}.values())[::-1]
