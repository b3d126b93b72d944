"""How much endpoints are used, and what scaling could not do, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slipway.domain.capacity.burst import Point
from slipway.errors import MeasurementFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass
class FakeUsage:
    """Implements Usage; what it is asked for later lies within what is known."""

    hours: dict[datetime, float] = field(default_factory=dict)
    known: dict[tuple[str, str], dict[float, float]] = field(default_factory=dict)
    fails: bool = False

    def add(self, variant: str, at: datetime, value: float, metric: str = "invocations") -> None:
        self.known.setdefault((variant, metric), {})[at.timestamp()] = value

    def hourly(
        self, endpoint: str, variants: Sequence[str], since: datetime, until: datetime
    ) -> Mapping[datetime, float]:
        if self.fails:
            raise MeasurementFailed(endpoint)
        return {hour: value for hour, value in self.hours.items() if since <= hour < until}

    def minutes(
        self, endpoint: str, variant: str, metric: str, since: datetime, until: datetime
    ) -> Sequence[Point]:
        found = self.known.get((variant, metric), {})
        within = {at: v for at, v in found.items() if since.timestamp() <= at < until.timestamp()}
        return [Point(at, within[at]) for at in sorted(within)]


@dataclass
class FakeActivities:
    """Implements ScalingActivities."""

    failure: str = ""
    began: datetime | None = None

    def fail(self, words: str, began: datetime) -> None:
        """Let the newest change fail that began then."""
        self.failure, self.began = words, began

    def last_failure(self, resource_id: str, since: datetime) -> str:
        return self.failure if self.began is None or self.began >= since else ""
