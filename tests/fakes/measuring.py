"""What is measured and captured, and where reports go, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from slipway.domain.replay import CapturedRequest, choose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.judge import CustomMetric, VariantMinute


@dataclass
class FakeMeasurements:
    """Implements Measurements."""

    known: dict[tuple[str, str, str], list[VariantMinute]] = field(default_factory=dict)

    def add(self, endpoint: str, variant: str, *minutes: VariantMinute, config: str = "") -> None:
        self.known.setdefault((endpoint, variant, config), []).extend(minutes)

    def minutes(  # noqa: PLR0913 - the port's
        self,
        endpoint: str,
        variant: str,
        since: datetime,
        until: datetime,
        config: str = "",
        *,
        custom: Sequence[CustomMetric] = (),
    ) -> list[VariantMinute]:
        found = self.known.get((endpoint, variant, config), [])
        within = [each for each in found if since <= each.minute < until]
        asked = [replace(each, custom=each.custom[: len(custom)]) for each in within]
        measured = [each for each in asked if each.requests or any(each.custom)]
        return sorted(measured, key=lambda each: each.minute)


@dataclass
class FakeCaptures:
    """Implements Captures."""

    known: dict[tuple[str, str], list[CapturedRequest]] = field(default_factory=dict)

    def add(self, endpoint: str, variant: str, *requests: CapturedRequest) -> None:
        self.known.setdefault((endpoint, variant), []).extend(requests)

    def latest(self, endpoint: str, variant: str, count: int) -> Sequence[CapturedRequest]:
        return choose(self.known.get((endpoint, variant), []), count)


@dataclass
class FakeGate:
    """Implements RollbackGate."""

    values: list[tuple[str, str, float]] = field(default_factory=list)
    pulled: dict[str, str] = field(default_factory=dict)

    def hold(self, endpoint: str, release: str) -> None:
        self.values.append((endpoint, release, 0.0))

    def pull(self, endpoint: str, release: str, alarm: str, reason: str) -> None:
        self.values.append((endpoint, release, 1.0))
        self.pulled[alarm] = reason


@dataclass
class FakeReports:
    """Implements Reports."""

    pages: dict[str, str] = field(default_factory=dict)

    def publish(self, endpoint: str, release: str, page: str) -> str:
        uri = f"s3://monitoring/reports/{endpoint}/releases/{release}.html"
        self.pages[uri] = page
        return uri
