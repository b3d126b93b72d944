"""What a person may set about judging, and what holds if nobody does."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Self

from slipway.domain.drift.evidence import Binned, Categories
from slipway.domain.drift.requirements import Requirements
from slipway.domain.drift.stattests import find_test

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.checks import Check
    from slipway.domain.drift.requirements import Requirement
    from slipway.domain.drift.stattests import StatTest
    from slipway.domain.spec import Drift

# What compares a kind of feature that none of the wanted tests can compare.
USUAL = "jensen_shannon"
MINIMUM_ROWS = 200
SIGNIFICANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Settings:
    """How a window is judged.

    Attributes
    ----------
    tests
        Names of the tests that compare distributions.
    thresholds
        Limits by test or check that are not the default ones.
    feature_thresholds
        Limits of the distance of single features, whatever the test.
    include, exclude
        Patterns of features to look at and not to look at.
    minimum_rows
        With fewer rows nothing is said.
    significance
        The highest probability that a window of an unchanged stream is said to drift, over all
        features and tests together.
    examples
        Whether reasons may name values that the baseline does not know.
    """

    tests: tuple[str, ...] = (USUAL,)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    feature_thresholds: Mapping[str, float] = field(default_factory=dict)
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    minimum_rows: int = MINIMUM_ROWS
    significance: float = SIGNIFICANCE
    examples: bool = False
    requirements: Requirements = field(default_factory=Requirements)

    @classmethod
    def of(cls, drift: Drift, requirements: Requirements | None = None) -> Self:
        """Return what endpoint.yaml says."""
        return cls(
            tests=drift.tests,
            thresholds={str(name): limit for name, limit in drift.thresholds.items()},
            feature_thresholds=drift.features.thresholds,
            include=drift.features.include,
            exclude=drift.features.exclude,
            minimum_rows=drift.minimum_rows,
            significance=drift.significance,
            examples=drift.examples,
            requirements=requirements or Requirements(),
        )

    def watches(self, feature: str) -> bool:
        """Return whether a feature is looked at."""
        return _matches(feature, self.include) and not _matches(feature, self.exclude)

    def tests_for(self, values: Binned | Categories) -> list[StatTest]:
        """Return the tests that can compare such values, or the usual one."""
        wanted = [test for name in self.tests if (test := find_test(name)).fits(values)]
        return wanted or [find_test(USUAL)]

    def distance_limit(self, test: StatTest, feature: str, values: Binned | Categories) -> float:
        """Return above which distance a test says drift."""
        if feature in self.feature_thresholds:
            return self.feature_thresholds[feature]
        if test.name in self.thresholds:
            return self.thresholds[test.name]
        if test.name.startswith("mm_"):
            return _model_monitors(self.requirements.of_feature(feature), values)
        return test.threshold

    def check_limit(self, check: Check) -> float:
        """Return above which shortfall a check says drift."""
        return self.thresholds.get(check.name, check.threshold)


def _model_monitors(requirement: Requirement, values: Binned | Categories) -> float:
    numeric = isinstance(values, Binned)
    return requirement.distance if numeric else requirement.categorical_distance


def _matches(feature: str, patterns: tuple[str, ...]) -> bool:
    return any(feature == pattern or fnmatchcase(feature, pattern) for pattern in patterns)
