"""A metric of the user's that both versions are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

# What its values of a minute add up to, for each request of the minute.
PER_REQUEST = "SumPerRequest"


@dataclass(frozen=True, slots=True)
class CustomMetric:
    """What is measured, and how bad it may be.

    Attributes
    ----------
    dimensions
        With `{endpoint}` and `{variant}` where their names belong.
    at_least, at_most
        Limits of the value itself.
    below_live, above_live
        By which share of the live variant's value it may be lower or higher, 0.1 for 10 %.
    minimum
        Values, or requests for a sum per request, below which nothing is said.
    missing
        Whether too few values leave the step undecided (``inconclusive``) or do not matter
        (``ignore``).
    """

    namespace: str
    metric: str
    statistic: str
    dimensions: Mapping[str, str]
    at_least: float | None = None
    at_most: float | None = None
    below_live: float | None = None
    above_live: float | None = None
    minimum: int = 50
    missing: str = "inconclusive"

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build one from what the ledger keeps."""
        return cls(**{**values, "minimum": int(values["minimum"])})

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.namespace}/{self.metric}"

    @property
    def measured_as(self) -> str:
        """The statistic that CloudWatch is asked for."""
        return "Sum" if self.statistic == PER_REQUEST else self.statistic

    @property
    def limits(self) -> list[Limit]:
        """Its limits, one by one."""
        asked = (
            ("at_least", self.at_least, False),
            ("at_most", self.at_most, False),
            ("below_live", self.below_live, True),
            ("above_live", self.above_live, True),
        )
        return [
            Limit(name, float(value), relative=relative)
            for name, value, relative in asked
            if value is not None
        ]

    def dimensions_of(self, endpoint: str, variant: str) -> dict[str, str]:
        """Return the dimensions under which a variant's values are found."""
        # No name has braces, so that what is put in is never taken for the other one.
        return {
            key: value.replace("{endpoint}", endpoint).replace("{variant}", variant)
            for key, value in self.dimensions.items()
        }


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a metric.

    Attributes
    ----------
    relative
        Whether it is a share of the live variant's value.
    """

    name: str
    value: float
    relative: bool

    @property
    def is_floor(self) -> bool:
        """Whether lower is worse."""
        return self.name in {"at_least", "below_live"}

    def bound(self, live: float) -> float:
        """Return what the value may not be beyond, with what the live variant has."""
        if not self.relative:
            return self.value
        room = abs(live) * self.value
        return live - room if self.is_floor else live + room

    def __str__(self) -> str:
        if not self.relative:
            return f"`{self.name}: {self.value:g}`"
        return f"`{self.name}: {100 * self.value:g}`"
