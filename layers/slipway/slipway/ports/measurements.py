"""What users met, and the reports about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from slipway.domain.capacity.burst import Point
    from slipway.domain.judge import CustomMetric, VariantMinute
    from slipway.domain.replay import CapturedRequest


class Measurements(Protocol):
    """What CloudWatch says about a variant, minute by minute."""

    def minutes(  # noqa: PLR0913 - the members of one question
        self,
        endpoint: str,
        variant: str,
        since: datetime,
        until: datetime,
        config: str = "",
        *,
        custom: Sequence[CustomMetric] = (),
    ) -> Sequence[VariantMinute]:
        """Return the measured minutes that begin in [since, until), in the order of time.

        With a configuration, those of the new fleet that a guarded deployment shifts traffic to.
        Custom metrics are asked for beside what SageMaker measures.
        """


class Usage(Protocol):
    """How much an endpoint is used."""

    def hourly(
        self, endpoint: str, variants: Sequence[str], since: datetime, until: datetime
    ) -> Mapping[datetime, float]:
        """Return the requests to all of the variants together, by the begin of each hour."""

    def minutes(
        self, endpoint: str, variant: str, metric: str, since: datetime, until: datetime
    ) -> Sequence[Point]:
        """Return what scaling tracks (`invocations`, `concurrency` or `cpu`), minute by minute."""


class Captures(Protocol):
    """The requests and answers that SageMaker captured."""

    def latest(self, endpoint: str, variant: str, count: int) -> Sequence[CapturedRequest]:
        """Return the newest requests of users to a variant, the oldest of them first."""


class RollbackGate(Protocol):
    """The metric through which the judge rolls back a guarded deployment of SageMaker."""

    def hold(self, endpoint: str, release: str) -> None:
        """Say that nothing speaks against the release."""

    def pull(self, endpoint: str, release: str, alarm: str, reason: str) -> None:
        """Say that the release has to go, by the metric and by the alarm's state at once."""


class Reports(Protocol):
    """Where people find what a release did."""

    def publish(self, endpoint: str, release: str, page: str) -> str:
        """Store a release's report in place of an earlier one; return its S3 URI."""
