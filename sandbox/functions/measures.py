"""The metrics that Lambda publishes of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.events.metrics import Metrics
    from sandbox.functions.transcript import Bill

NAMESPACE = "AWS/Lambda"
# CloudWatch is about a minute late.
_LATE_SECONDS = 60.0


def invoked(metrics: Metrics, name: str, bill: Bill, began: datetime, *, failed: bool) -> None:
    """Publish an invocation; its time is that of its beginning."""
    values = (
        ("Invocations", 1.0, "Count"),
        ("Errors", float(failed), "Count"),
        ("Duration", bill.duration_ms, "Milliseconds"),
    )
    for metric, value, unit in values:
        dimensions = {"FunctionName": name}
        metrics.put(
            NAMESPACE, metric, dimensions, value, unit=unit, at=began, visible_after=_LATE_SECONDS
        )


def throttled(metrics: Metrics, name: str) -> None:
    """Publish an invocation that was refused."""
    dimensions = {"FunctionName": name}
    metrics.put(NAMESPACE, "Throttles", dimensions, 1.0, unit="Count", visible_after=_LATE_SECONDS)
