"""What a judgement says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class Verdict(StrEnum):
    """INCONCLUSIVE and ERROR are neither good nor bad: nothing is promoted on them."""

    PASS = "PASS"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reason in plain words and the numbers behind it."""

    metric: str
    verdict: Verdict
    reason: str
    evidence: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the judgement as the ledger and the events write it."""
        return {
            "metric": self.metric,
            "verdict": str(self.verdict),
            "reason": self.reason,
            "evidence": _written(self.evidence),
        }


# DynamoDB refuses numbers far beyond these, and nobody reads more digits.
_SMALLEST, _LARGEST = 1e-100, 1e15


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_written(item) for item in value]
    if not isinstance(value, float):
        return value
    if abs(value) < _SMALLEST:
        return 0.0
    return float(f"{max(-_LARGEST, min(value, _LARGEST)):.6g}")


# From good to bad. What could not be measured weighs more than what could not be decided, for
# somebody must look into it; a failure outweighs everything.
_ORDER = (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.FAIL)


def worst(judgements: Sequence[Judgement]) -> Judgement:
    """Return the judgement that decides: the worst one, the first of equals.

    Without any judgement there is nothing to pass on: INCONCLUSIVE.
    """
    if not judgements:
        return Judgement("none", Verdict.INCONCLUSIVE, "Nothing was measured.")
    return max(judgements, key=lambda judgement: _ORDER.index(judgement.verdict))
