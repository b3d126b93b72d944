"""How good a model has to be: Model Monitor's constraints, or what endpoint.yaml says."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.quality.metric import ERRORS
from slipway.domain.drift.requirements import ConstraintsInvalid

if TYPE_CHECKING:
    from slipway.domain.drift.quality.settings import Problem

SECTIONS: dict[Problem, str] = {
    "binary": "binary_classification",
    "multiclass": "multiclass_classification",
    "regression": "regression",
    "value": "value",
}
LESS, GREATER = "LessThanThreshold", "GreaterThanThreshold"
_MOST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class Limit:
    """What a metric may not fall below, or not rise above."""

    metric: str
    threshold: float
    at_most: bool

    @property
    def operator(self) -> str:
        """Model Monitor's word for the comparison that is a violation."""
        return GREATER if self.at_most else LESS


def limits_of(wanted: Mapping[str, float]) -> list[Limit]:
    """Return limits as endpoint.yaml has them: the metric's name says its direction."""
    return [Limit(name, threshold, name in ERRORS) for name, threshold in wanted.items()]


def read_limits(constraints: Mapping[str, Any], problem: Problem) -> list[Limit]:
    """Read Model Monitor's constraints of model quality.

    Raises
    ------
    ConstraintsInvalid
        Something in it has another form than Model Monitor's.
    """
    section = f"{SECTIONS[problem]}_constraints"
    found = constraints.get(section, {})
    if not isinstance(found, Mapping):
        raise ConstraintsInvalid(f"constraints of model quality: `{section}` has to be an object.")
    return [_limit(section, str(name), asked) for name, asked in found.items()]


def _limit(section: str, name: str, asked: Any) -> Limit:
    where = f"constraints of model quality: `{section}.{name}`"
    if not isinstance(asked, Mapping):
        raise ConstraintsInvalid(f"{where} has to be an object.")
    threshold, operator = asked.get("threshold"), asked.get("comparison_operator")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        raise ConstraintsInvalid(f"{where} needs a number as `threshold`.")
    if not abs(threshold) <= _MOST:  # Neither NaN nor an integer that no float can hold.
        raise ConstraintsInvalid(f"{where} needs a finite `threshold`.")
    if operator not in (LESS, GREATER):
        raise ConstraintsInvalid(f"{where}: `comparison_operator` is `{LESS}` or `{GREATER}`.")
    return Limit(name, float(threshold), operator == GREATER)


def together(given: list[Limit], wanted: list[Limit]) -> list[Limit]:
    """Return what is given, with what a person wants in its place."""
    return list({limit.metric: limit for limit in (*given, *wanted)}.values())
