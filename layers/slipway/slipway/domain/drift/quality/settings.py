"""What a person may set about quality."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.spec.watched import Quality

Problem = Literal["binary", "multiclass", "regression", "value"]


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """How predictions are compared with what turned out to be true; `endpoint.yaml` tells each."""

    problem: Problem
    prediction: str | None = None
    probability: str | None = None
    cutoff: float = 0.5
    positive: str = "1"
    wait_seconds: int = 7 * 24 * 3600
    minimum: int = 200
    limits: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, quality: Quality) -> Self | None:
        """Return what endpoint.yaml says; None if ground truth is not looked at."""
        if quality.problem is None:
            return None
        return cls(
            problem=quality.problem,
            prediction=quality.prediction,
            probability=quality.probability,
            cutoff=quality.cutoff,
            positive=quality.positive,
            wait_seconds=int(quality.wait.total_seconds()),
            minimum=quality.minimum,
            limits=dict(quality.limits),
        )
