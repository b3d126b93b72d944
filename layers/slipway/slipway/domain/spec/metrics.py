"""What users measure themselves, and a new version is judged by."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from slipway.domain.spec.section import Section, refusal, setting

PLACEHOLDERS = ("{endpoint}", "{variant}")

DimensionName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
"""The name of a dimension in CloudWatch."""

DimensionValue = Annotated[str, StringConstraints(min_length=1, max_length=900)]
"""The value of a dimension in CloudWatch, with room for the names that are put in."""

MetricDimensions = Annotated[
    dict[DimensionName, DimensionValue], Field(min_length=1, max_length=30)
]
"""All dimensions of a metric."""

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


class ReleaseMetric(Section):
    """A custom metric of CloudWatch, such as a conversion, by variant."""

    namespace: str = setting(
        ..., "Its namespace in CloudWatch.", example="Shop", min_length=1, max_length=255
    )
    metric: str = setting(..., "Its name.", example="Conversion", min_length=1, max_length=255)
    dimensions: MetricDimensions = setting(
        {"Endpoint": "{endpoint}", "Variant": "{variant}"},
        "Its dimensions; all of them. `{endpoint}` and `{variant}` stand for their names: a "
        "variant's is in the header `x-Amzn-Invoked-Production-Variant` of each answer.",
        example={"Variant": "{variant}"},
    )
    statistic: Literal["Average", "SumPerRequest", "p50", "p90", "p95", "p99"] = setting(
        "Average",
        "What is taken of its values: `SumPerRequest` is their sum by the requests that the "
        "variant got, for what is counted, such as sales; of a percentile, the mean of the "
        "minutes.",
        example="Average",
    )
    at_least: float | None = setting(None, "What the new version may not fall below.", example=0.02)
    at_most: float | None = setting(None, "What it may not rise above.", example=0.2)
    below_live: float | None = setting(
        None,
        "How much lower than that of what serves it may be.",
        unit="% of the live value",
        example=10,
        ge=0,
        le=100,
    )
    above_live: float | None = setting(
        None,
        "How much higher than that of what serves it may be.",
        unit="% of the live value",
        example=20,
        ge=0,
        le=10_000,
    )
    minimum: int = setting(
        50,
        "With fewer values, or requests for `SumPerRequest`, nothing is said. What is published as "
        "one value a minute has 1 of each minute.",
        unit="values",
        example=5,
        ge=1,
    )
    missing: Literal["inconclusive", "ignore"] = setting(
        "inconclusive",
        "Whether too few values leave the step undecided, as too few requests do, or do not "
        "matter.",
        example="inconclusive",
    )

    @property
    def below_live_share(self) -> float | None:
        """`below_live` as a share, 0 to 1."""
        return None if self.below_live is None else self.below_live / 100

    @property
    def above_live_share(self) -> float | None:
        """`above_live` as a share, 0 to 100."""
        return None if self.above_live is None else self.above_live / 100

    @model_validator(mode="after")
    def _is_not_slipways(self) -> Self:
        if self.namespace.partition("/")[0] == "Slipway":
            raise refusal(
                "namespace",
                "Slipway's own metrics cannot be judged by: they are of what serves, not of a new "
                "version, and come once a run",
                "name a metric that your application publishes by variant",
            )
        return self

    @model_validator(mode="after")
    def _tells_variants_apart(self) -> Self:
        values = list(self.dimensions.values())
        for found in (each for value in values for each in _PLACEHOLDER.findall(value)):
            if found not in PLACEHOLDERS:
                raise refusal(
                    "dimensions",
                    f"`{found.strip('{}')}` in braces stands for nothing; known are `endpoint` and "
                    "`variant`",
                    'write `dimensions: {Variant: "{variant}"}`',
                )
        if not any("{variant}" in value for value in values):
            raise refusal(
                "dimensions",
                "no dimension holds the variant, so nobody knows which version a value is of",
                'write `dimensions: {Variant: "{variant}"}`',
            )
        return self

    @model_validator(mode="after")
    def _has_limits(self) -> Self:
        limits = (self.at_least, self.at_most, self.below_live, self.above_live)
        if all(limit is None for limit in limits):
            raise refusal(
                "below_live",
                "a metric needs a limit, or nothing is bad: `at_least`, `at_most`, `below_live` or "
                "`above_live`",
                "write `below_live: 10` where lower is worse, `above_live: 10` where higher is",
            )
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise refusal(
                "at_most",
                f"`at_least` ({self.at_least:g}) is more than `at_most` ({self.at_most:g})",
                "exchange them",
            )
        return self
