"""How the served traffic is compared with what the model was trained on."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from slipway.domain.spec.section import Listed, Section, refusal, setting
from slipway.domain.spec.types import Percentage, ScheduleExpression
from slipway.domain.spec.watched import Distance, Features, Limited, Quality, TestName, last_key

ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
"""The name of a column."""

LearntRows = Annotated[int, Field(ge=100, le=10_000_000)]
"""How many captured rows a baseline is learnt from."""

ShownFeatures = Annotated[int, Field(ge=0, le=100)]
"""How many features have metrics of their own."""


class Drift(Section):
    """What is captured and how often it is looked at."""

    schedule: ScheduleExpression = setting(
        "rate(1 hour)", "How often captured requests are looked at.", example="rate(1 hour)"
    )
    sampling: Percentage = setting(
        100, "Share of requests that SageMaker captures; 0 captures none.", unit="%", example=100
    )
    label: str | None = setting(
        None,
        "Column of the baseline that holds the label.",
        example="churned",
        min_length=1,
        max_length=255,
    )
    mask: Listed[tuple[ColumnName, ...]] = setting(
        (),
        "Columns of requests and answers whose values are never counted, kept or shown by drift: "
        "only whether there is one. Whole names, no patterns; a name that is no column stops the "
        "looks at the traffic, with a message.",
        example=["email", "card_number"],
        max_length=200,
    )
    learn: LearntRows = setting(
        1000,
        "How many captured rows what nobody described is learnt from: the whole baseline where "
        "none lies beside the model, or predictions where it holds none.",
        unit="rows",
        example=5000,
    )
    metrics: ShownFeatures = setting(
        10,
        "How many features have metrics of their own in CloudWatch, which bills each: predictions "
        "first, then the baseline's columns in their order, without what is excluded.",
        unit="features",
        example=25,
    )
    tests: Listed[tuple[TestName, ...]] = setting(
        ("jensen_shannon",),
        "Which tests compare distributions. What none of them can compare, such as numbers by "
        "`chi_square`, is compared by `jensen_shannon`.",
        example=["psi", "chi_square"],
        min_length=1,
    )
    thresholds: dict[Limited, Distance] = setting(
        {},
        "Limits by test or check, in place of the default ones: a distance of distributions, or a "
        "share of values or rows that may be wrong.",
        example={"jensen_shannon": 0.15, "completeness": 0.05},
    )
    features: Features = Field(
        default=Features(),
        description="Which features are looked at, and limits of their own.",
        examples=[{"exclude": ["timestamp"]}],
    )
    minimum_rows: int = setting(
        200,
        "With fewer captured rows nothing is said; they are kept for the next run. A request of "
        "many rows counts as many: where callers send batches, ask for many times the rows of one, "
        "or a few callers speak for all.",
        unit="rows",
        example=1000,
        ge=50,
    )
    significance: float = setting(
        0.0001,
        "The highest probability that a run calls drift what is only chance, over all features and "
        "tests together. 0.0001 of hourly runs is less than once a year.",
        example=0.001,
        gt=0,
        le=0.05,
    )
    examples: bool = setting(
        False,
        "Whether reports and messages may show values that users sent and the baseline does not "
        "hold. They may be personal.",
        example=True,
    )
    quality: Quality = Field(
        default=Quality(),
        description="How predictions are compared with what turned out to be true.",
        examples=[{"problem": "binary", "limits": {"auc": 0.85}}],
    )

    @model_validator(mode="after")
    def _truth_needs_answers(self) -> Self:
        quality = self.quality
        if quality.problem is None:
            return self
        if self.label in self.mask:
            raise refusal(
                "mask",
                f"`{self.label}` is the label: where it is masked nothing of an answer is kept, "
                "and `quality` compares answers with the truth",
                "mask other columns only, or leave out `quality`",
            )
        keys = {last_key(place) for place in (quality.prediction, quality.probability) if place}
        if masked := sorted(keys.intersection(self.mask)):
            raise refusal(
                "mask",
                f"`{masked[0]}` is what `quality` compares with the truth, so it has to be kept",
                "mask other columns only, or leave out `quality`",
            )
        return self
