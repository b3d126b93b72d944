"""CloudWatch's metrics: the store, its statistics and its API."""

from sandbox.events.metrics.samples import Samples
from sandbox.events.metrics.store import MetricId, Metrics

__all__ = ["MetricId", "Metrics", "Samples"]
