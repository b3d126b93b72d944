"""Model Monitor's own files, in both directions."""

from slipway.domain.drift.baseline.model_monitor.constraints import constraints
from slipway.domain.drift.baseline.model_monitor.reading import read, requirements
from slipway.domain.drift.baseline.model_monitor.statistics import statistics

__all__ = ["constraints", "read", "requirements", "statistics"]
