"""What a check is: something that has to hold for a share of the values, rows or records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.domain.drift.evidence import Comparison, Coverage
    from slipway.domain.drift.requirements import Requirement

    OfFeature = Callable[[Comparison, Requirement], "Shortfall | None"]
    OfRows = Callable[[Coverage, int], "Shortfall | None"]

CheckName = Literal[
    "data_type",
    "completeness",
    "categorical_values",
    "missing_column",
    "extra_column",
    "unreadable",
    "unreadable_answers",
]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How far a share is below what is required.

    Attributes
    ----------
    required, observed
        Shares, 0 to 1.
    p_value
        How probable so few are if nothing has changed.
    columns
        Which columns rows lack or have too many, where that is checked.
    told
        How often for which reason, where there are several.
    """

    required: float
    observed: float
    p_value: float
    columns: tuple[str, ...] = ()
    told: str = ""

    @property
    def distance(self) -> float:
        """By how much the share is too small; 0 if it is not."""
        return max(0.0, self.required - self.observed)


@dataclass(frozen=True, slots=True)
class Check:
    """A check of values, columns or records; all but the last kind are Model Monitor's.

    Attributes
    ----------
    threshold
        By how much the share may be too small before it says drift, if nobody sets another limit.
        Model Monitor tolerates nothing; one value of a million is no reason to call somebody.
    """

    name: CheckName
    threshold: float
    source: str

    @property
    def violation(self) -> str:
        """Model Monitor's own name of it."""
        return f"{self.name}_check"


_SOURCE = "Model Monitor, Schema for Violations; the tolerance is Slipway's. {}"
_TOLERANCE = 0.01

CHECKS: dict[str, Check] = {}
OF_FEATURE: dict[CheckName, OfFeature] = {}
OF_ROWS: dict[CheckName, OfRows] = {}


def feature_check(name: CheckName, words: str) -> Callable[[OfFeature], OfFeature]:
    """Register a check of one feature's values."""

    def register(method: OfFeature) -> OfFeature:
        CHECKS[name] = Check(name, _TOLERANCE, _SOURCE.format(words))
        OF_FEATURE[name] = method
        return method

    return register


def row_check(name: CheckName, words: str, *, source: str = _SOURCE) -> Callable[[OfRows], OfRows]:
    """Register a check of the columns that rows have, or of records."""

    def register(method: OfRows) -> OfRows:
        CHECKS[name] = Check(name, _TOLERANCE, source.format(words))
        OF_ROWS[name] = method
        return method

    return register
