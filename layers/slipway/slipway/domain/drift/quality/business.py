"""Business metrics: numbers that somebody else measures, such as a rate of conversion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.domain.drift.looking import Look
from slipway.domain.drift.quality.judging import how_bad, verdict_on
from slipway.domain.drift.quality.limits import Limit
from slipway.domain.drift.verdict import DriftVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class Measured:
    """A number of a window, with what it has to be.

    Attributes
    ----------
    value
        None if nothing was measured.
    """

    name: str
    value: float | None
    at_least: float | None = None
    at_most: float | None = None


def judge_business(measured: Sequence[Measured]) -> DriftVerdict:
    """Judge numbers as they are: nobody knows how many cases are behind one.

    So nothing here is called chance; an episode bounds how often it is told.
    """
    looks = [look for each in measured for look in _looks(each)]
    if not looks:
        return DriftVerdict(Verdict.CANNOT_TELL, "No business metric was measured.")
    return verdict_on(looks, 1.0, 0, 0)


def _looks(measured: Measured) -> Iterator[Look]:
    bounds = ((measured.at_least, False), (measured.at_most, True))
    for threshold, at_most in bounds:
        if threshold is None or measured.value is None:
            continue
        limit = Limit(measured.name, threshold, at_most)
        beyond = measured.value > threshold if at_most else measured.value < threshold
        word = "above" if at_most else "below"
        yield Look(
            measured.name,
            "quality",
            BUSINESS,
            max(how_bad(measured.value, limit), 1.0 + 1e-9) if beyond else 0.0,
            1.0,
            0.0 if beyond else 1.0,
            f"{measured.name} is {measured.value:.4g}, it may not be {word} {threshold:g}",
            f"Metric {measured.name} with {measured.value} was {limit.operator} '{threshold}'",
        )
