"""Everything that is looked at in a window, before anybody decides what it means together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.drift.checks import CHECKS, OF_FEATURE, OF_ROWS, Shortfall
from slipway.domain.drift.verdict import Finding, Severity, Where, severity_of
from slipway.domain.drift.wording import (
    check_description,
    check_reason,
    distance_description,
    distance_reason,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slipway.domain.drift.evidence import Binned, Categories, Comparison, Coverage
    from slipway.domain.drift.settings import Settings
    from slipway.domain.drift.stattests import StatTest

# A distribution of fewer values says nothing: twenty cells of it would be noise.
FEWEST_VALUES = 50

# An episode is not over before a distance is so much below its limit, or so likely chance.
CLEARLY_BELOW = 0.8
HARDLY_CHANCE = 0.01

# Model Monitor names no feature where columns are missing or too many.
COLUMNS = {
    "missing_column": "Missing columns",
    "extra_column": "Extra columns",
    "unreadable": "Unreadable records",
    "unreadable_answers": "Unreadable answers",
}
# What may be switched off in constraints.json is what Model Monitor knows.
_ALWAYS = ("unreadable", "unreadable_answers")


@dataclass(frozen=True, slots=True)
class Look:
    """What one test or check saw.

    Attributes
    ----------
    p_value
        Of this look alone; None if there was too little to see.
    """

    feature: str
    side: Where
    test: str
    distance: float
    threshold: float
    p_value: float | None
    reason: str
    description: str = ""

    def finding(self, p_value: float | None, significance: float) -> Finding:
        """Return what it means beside all others, with the corrected p-value."""
        above = p_value is not None and self.distance > self.threshold
        violated = above and p_value is not None and p_value <= significance
        near = (
            p_value is not None
            and self.distance > CLEARLY_BELOW * self.threshold
            and p_value <= max(HARDLY_CHANCE, significance)
        )
        severity = severity_of(self.distance, self.threshold) if violated else Severity.NONE
        reason = self.reason
        if above and not violated:
            reason += f"; by chance with p = {p_value:.2g}, so it does not count"
        return Finding(
            self.feature,
            self.side,
            self.test,
            self.distance,
            self.threshold,
            p_value,
            severity,
            violated,
            near,
            reason,
            self.description,
        )


def look_at_rows(
    comparisons: Sequence[Comparison], coverage: Coverage, settings: Settings
) -> Iterator[Look]:
    """Look at which columns rows have, and how much of the records cannot be read."""
    every = settings.requirements.general.evaluate
    reference_rows = max((each.reference_rows for each in comparisons), default=0)
    for name, method in OF_ROWS.items():
        found = method(coverage, reference_rows) if every or name in _ALWAYS else None
        if found is not None:
            check = CHECKS[name]
            yield Look(
                COLUMNS[name],
                "columns",
                name,
                found.distance,
                settings.check_limit(check),
                found.p_value,
                check_reason(name, found, None, named=settings.examples),
                check_description(name, found, None, len(comparisons)),
            )


def look_at_feature(comparison: Comparison, settings: Settings) -> Iterator[Look]:
    """Look at one column: its values one by one, then their distribution."""
    if not comparison.current_rows:
        yield _unseen(comparison, "the window holds no values of it")
        return
    requirement = settings.requirements.of_feature(comparison.feature)
    if requirement.evaluate:
        for name, method in OF_FEATURE.items():
            found = method(comparison, requirement)
            if found is not None:
                yield _checked(name, found, comparison, settings)
    if not requirement.compare:
        return
    if comparison.values is not None:
        yield from _distances(comparison, comparison.values, settings)
    elif comparison.unlike:
        yield _unseen(comparison, "the baseline holds nothing that it could be compared with")


def _checked(name: str, found: Shortfall, comparison: Comparison, settings: Settings) -> Look:
    check = CHECKS[name]
    return Look(
        comparison.feature,
        comparison.side,
        name,
        found.distance,
        settings.check_limit(check),
        found.p_value,
        check_reason(name, found, comparison, named=settings.examples),
        check_description(name, found, comparison, 0),
    )


def _distances(
    comparison: Comparison, values: Binned | Categories, settings: Settings
) -> Iterator[Look]:
    fewest = min(values.sizes)
    if fewest < FEWEST_VALUES:
        words = f"only {fewest} values to compare, at least {FEWEST_VALUES} are wanted"
        yield _unseen(comparison, words)
        return
    for test in settings.tests_for(values):
        limit = settings.distance_limit(test, comparison.feature, values)
        yield _distance(comparison, test, limit, named=settings.examples)


def _distance(comparison: Comparison, test: StatTest, limit: float, *, named: bool) -> Look:
    found = test.method(comparison)
    return Look(
        comparison.feature,
        comparison.side,
        test.name,
        found.distance,
        limit,
        found.p_value,
        distance_reason(comparison, test, found.distance, limit, named=named),
        distance_description(found.distance, limit),
    )


def _unseen(comparison: Comparison, words: str) -> Look:
    return Look(comparison.feature, comparison.side, "none", 0.0, 0.0, None, words)
