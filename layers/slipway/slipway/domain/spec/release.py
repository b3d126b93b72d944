"""How a new version takes over."""

from datetime import timedelta
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from slipway.domain.spec.metrics import ReleaseMetric
from slipway.domain.spec.section import Listed, Section, refusal, setting
from slipway.domain.spec.tolerance import Tolerance
from slipway.domain.spec.types import Duration, TrafficWeight

# CloudWatch metrics arrive one to two minutes late and the minute of a shift is not judged:
# a shorter bake would end before the judge has seen anything.
SHORTEST_BAKE = timedelta(minutes=5)
FULL_TRAFFIC = 100

Strategy = Literal["canary", "linear", "all-at-once", "managed"]
"""How traffic moves to a new version."""

Inconclusive = Literal["roll-back", "promote", "pause"]
"""What happens when the evidence stays too thin."""


class Release(Section):
    """Steps, bake times and what is kept for a way back."""

    strategy: Strategy = setting(
        "canary",
        "How traffic moves to a new version of an endpoint that already serves.",
        example="canary",
    )
    steps: Listed[tuple[TrafficWeight, ...]] = setting(
        (5, 25, 50, 100),
        "Shares of traffic that the new version gets, one after the other, up to 100.",
        unit="%",
        example=[10, 50, 100],
        min_length=1,
    )
    bake: Duration = setting(
        timedelta(minutes=10),
        "How long each step is watched before the next; at least 5m, and the first one at least "
        "8m: latency is judged by five whole minutes, two minutes after the last of them.",
        unit="duration",
        example="10m",
    )
    inconclusive: Inconclusive = setting(
        "roll-back",
        "What follows when requests stay too few to judge the new version.",
        example="roll-back",
    )
    keep_previous: Duration = setting(
        timedelta(hours=1),
        "How long the previous version stays ready after a promotion, so that going back is "
        "one change of weights.",
        unit="duration",
        example="1h",
    )
    keep_releases: int = setting(
        3, "Earlier releases kept for going back.", unit="releases", example=3, ge=1, le=100
    )
    approve: bool = setting(
        False, "Whether a person approves each step before more users reach it.", example=True
    )
    revert_when_settled: bool = setting(
        False,
        "Whether an alarm reverts to a kept release even after the previous version is gone.",
        example=True,
    )
    replay: int = setting(
        200,
        "Captured requests replayed to the new version before any user reaches it.",
        unit="requests",
        example=200,
        ge=0,
        le=10_000,
    )
    tolerance: Tolerance = Field(
        default=Tolerance(),
        description="How much worse than what serves the new version may be.",
        examples=[{"latency": 1.5}],
    )
    metrics: Listed[tuple[ReleaseMetric, ...]] = setting(
        (),
        "Custom metrics of CloudWatch, such as a conversion, that a new version is judged by at "
        "each step, beside errors and latency.",
        example=[{"namespace": "Shop", "metric": "Conversion", "below_live": 10}],
        max_length=5,
    )

    @model_validator(mode="after")
    def _steps_rise_to_full(self) -> Self:
        if any(later <= earlier for earlier, later in pairwise(self.steps)):
            raise refusal("steps", "the steps must rise", _risen(self.steps))
        if self.steps[-1] != FULL_TRAFFIC:
            raise refusal("steps", "the last step must be 100", _risen(self.steps))
        return self

    @model_validator(mode="after")
    def _bake_long_enough(self) -> Self:
        if self.bake < SHORTEST_BAKE:
            raise refusal(
                "bake",
                "a bake lasts at least 5m: metrics arrive up to two minutes late",
                "write `bake: 5m` or more",
            )
        return self

    @model_validator(mode="after")
    def _metrics_of_two_variants(self) -> Self:
        if self.metrics and self.strategy == "managed":
            raise refusal(
                "metrics",
                "`strategy: managed` serves both versions as one variant, so that no metric of "
                "yours tells them apart",
                "write `strategy: canary`, or leave out `metrics`",
            )
        return self


def _risen(steps: tuple[int, ...]) -> str:
    return f"write `steps: {sorted({*steps, FULL_TRAFFIC})}`"
