"""What is measured of a variant in one minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


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
        Those among them that failed.
    latency
        A percentile of the model's latency in microseconds; None without requests.
    """

    minute: datetime
    requests: int
    errors: int
    latency: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.errors <= self.requests:
            raise ValueError(f"{self.errors} errors of {self.requests} requests at {self.minute}")
