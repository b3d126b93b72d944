"""What of the served traffic is looked at, by which tests, and what turned out to be true."""

import re
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from slipway.domain.spec.section import Listed, Section, refusal, setting
from slipway.domain.spec.types import Duration

TestName = Literal[
    "chi_square",
    "jensen_shannon",
    "ks",
    "l_infinity",
    "mm_robust",
    "mm_simple",
    "psi",
    "wasserstein",
]
"""A test that compares two distributions; docs/drift.md describes each."""

Limited = Literal[
    "chi_square",
    "jensen_shannon",
    "ks",
    "l_infinity",
    "mm_robust",
    "mm_simple",
    "psi",
    "wasserstein",
    "categorical_values",
    "completeness",
    "data_type",
    "extra_column",
    "missing_column",
    "unreadable",
    "unreadable_answers",
]
"""A test, or a check of values, columns or records, that has a limit."""

FeatureName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
"""The name of a column, or a pattern with `*` and `?`."""

Distance = Annotated[float, Field(gt=0, le=1_000_000)]
"""A limit of how different two distributions may be."""

Place = Annotated[
    str, StringConstraints(pattern=r"^(\$\.?)?[A-Za-z0-9_][A-Za-z0-9_.\[\]-]*$", max_length=255)
]
"""Where an answer holds a value: a position in CSV (`0`), a path in JSON (`scores[0].label`)."""

_KEY = re.compile(r"[^.\[\]]+")


def last_key(place: Place) -> str:
    """Return what the value at a place is called.

    Example
    -------
    >>> last_key("scores[0].label")
    'label'
    """
    keys = [each for each in _KEY.findall(place) if not each.isdecimal()]
    return keys[-1] if keys else ""


Limits = dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=63)], float]
"""Limits by the name of a metric."""


class Features(Section):
    """Which features are looked at."""

    include: Listed[tuple[FeatureName, ...]] = setting(
        ("*",), "Names or patterns of features to look at.", example=["amount", "customer_*"]
    )
    exclude: Listed[tuple[FeatureName, ...]] = setting(
        (),
        "Names or patterns of features not to look at: what differs from hour to hour by its "
        "nature, such as times and numbers that count up.",
        example=["timestamp", "*_id"],
    )
    thresholds: dict[FeatureName, Distance] = setting(
        {},
        "Limits of the distance of single features, in place of the test's.",
        example={"amount": 0.2},
    )


class BusinessMetric(Section):
    """A custom metric of CloudWatch that says whether predictions were of use."""

    namespace: str = setting(
        ..., "Its namespace in CloudWatch.", example="Shop", min_length=1, max_length=255
    )
    metric: str = setting(..., "Its name.", example="Conversion", min_length=1, max_length=255)
    dimensions: dict[str, str] = setting(
        {}, "Its dimensions; all of them.", example={"Funnel": "checkout"}, max_length=30
    )
    statistic: Literal["Average", "Sum", "Minimum", "Maximum"] = setting(
        "Average", "What is taken of a run's window.", example="Average"
    )
    at_least: float | None = setting(None, "What it may not fall below.", example=0.02)
    at_most: float | None = setting(None, "What it may not rise above.", example=0.2)

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise refusal(
                "at_least",
                "a business metric needs `at_least` or `at_most`: without a limit nothing is bad",
                "write `at_least: 0.02`",
            )
        return self


class Quality(Section):
    """How predictions are compared with what turned out to be true, once that arrives."""

    problem: Literal["binary", "multiclass", "regression", "value"] | None = setting(
        None,
        "What is predicted; `value` if what arrives is not the truth about a prediction but what "
        "it was worth, such as a sale. Without it ground truth is not looked at.",
        example="binary",
    )
    prediction: Place | None = setting(
        None,
        "Where an answer holds the prediction: a position in CSV, a path in JSON. Without it, the "
        "first value; for binary problems, what `probability` and `cutoff` say.",
        example="predicted_label",
    )
    probability: Place | None = setting(
        None,
        "Where an answer of a binary problem holds the probability or score. Without it, the first "
        "value, unless `prediction` is given.",
        example="score",
    )
    cutoff: float = setting(0.5, "From which probability on a prediction is positive.", example=0.5)
    positive: str = setting(
        "1", "The label that means positive.", example="churned", min_length=1, max_length=255
    )
    wait: Duration = setting(
        timedelta(days=7),
        "How late the truth may arrive after its request. Answers are kept for the stack's "
        "`CaptureRetentionDays`, and no longer.",
        unit="duration",
        example="14d",
        ge=timedelta(hours=1),
        le=timedelta(days=90),
    )
    minimum: int = setting(
        200,
        "With fewer known truths in a run's window nothing is said.",
        unit="records",
        example=500,
        ge=10,
    )
    limits: Limits = setting(
        {},
        "Limits of metrics, in place of those beside the model: `mae`, `mse`, `rmse` and rates of "
        "false answers may not rise above theirs, all others not fall below.",
        example={"accuracy": 0.9, "auc": 0.85},
    )
    business: Listed[tuple[BusinessMetric, ...]] = setting(
        (),
        "Custom metrics of CloudWatch that are judged too.",
        example=[{"namespace": "Shop", "metric": "Conversion", "at_least": 0.02}],
        max_length=20,
    )
