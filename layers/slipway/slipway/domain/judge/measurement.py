"""What is measured of a variant in one minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """What a custom metric was in a minute, by how many values."""

    value: float
    count: float


@dataclass(frozen=True)
class VariantMinute:
    """One closed minute of one variant.

    Attributes
    ----------
    minute
        Its beginning.
    requests
        Requests that reached the variant.
    errors
        Those among them that failed through no fault of the caller.
    latency
        A percentile of the model's latency in microseconds; None without requests.
    tail
        A higher percentile of it.
    refused
        Requests that the model answered with HTTP 4xx.
    custom
        Custom metrics in the order in which they were asked for; None for one without a value.
    """

    minute: datetime
    requests: int
    errors: int
    latency: float | None = None
    tail: float | None = None
    refused: int = 0
    custom: tuple[Sample | None, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.errors <= self.requests:
            raise ValueError(f"{self.errors} errors of {self.requests} requests at {self.minute}")
        if not 0 <= self.refused <= self.requests:
            raise ValueError(f"{self.refused} of {self.requests} requests refused at {self.minute}")
