"""The values of a custom metric that are judged, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from slipway.domain.judge.custom_metric import PER_REQUEST
from slipway.domain.judge.latency import MINIMUM_MINUTES
from slipway.domain.judge.measurement import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.judge.custom_metric import CustomMetric
    from slipway.domain.judge.measurement import VariantMinute


@dataclass(frozen=True, slots=True)
class Measured:
    """What one variant's minutes come to.

    Attributes
    ----------
    mean
        Of all values alike, whichever minute they are of.
    count
        How many values, or requests for a sum per request.
    minutes
        In how many minutes.
    fresh
        How many of these are of the bake.
    spread
        How far the minutes are from the mean: the sum of squares, each by its count.
    """

    mean: float
    count: float
    minutes: int
    fresh: int
    spread: float

    @classmethod
    def of(
        cls,
        metric: CustomMetric,
        index: int,
        minutes: Sequence[VariantMinute],
        *,
        since: datetime,
        wanted: int = MINIMUM_MINUTES,
    ) -> Self:
        """Put the minutes of a bake together, with earlier ones where those are too few.

        Parameters
        ----------
        index : int
            Which of the metrics in `minutes` it is.
        since : datetime
            The beginning of the bake.
        wanted : int
            How many minutes there should be.
        """
        found = _samples(metric, index, minutes)
        fresh = [sample for moment, sample in found if moment >= since]
        before = [sample for moment, sample in found if moment < since]
        missing = max(0, wanted - len(fresh))
        used = [*(before[-missing:] if missing else ()), *fresh]
        count = sum(each.count for each in used)
        mean = sum(each.value * each.count for each in used) / count if count else 0.0
        spread = sum(each.count * (each.value - mean) ** 2 for each in used)
        return cls(mean, count, len(used), len(fresh), spread)


def _samples(
    metric: CustomMetric, index: int, minutes: Sequence[VariantMinute]
) -> list[tuple[datetime, Sample]]:
    known = [(each, each.custom[index]) for each in minutes if index < len(each.custom)]
    if metric.statistic != PER_REQUEST:
        return [(each.minute, sample) for each, sample in known if sample and sample.count > 0]
    if not any(sample for _, sample in known):
        # Nobody counts anything, which is not the same as nothing to count.
        return []
    return [
        (each.minute, Sample((sample.value if sample else 0.0) / each.requests, each.requests))
        for each, sample in known
        if each.requests
    ]
