"""What captures are compared with. Heavy: needs numpy, msgspec, datasketches; polars for CSV."""

from slipway.domain.drift.baseline.baseline import Baseline
from slipway.domain.drift.baseline.problems import BaselineUnreadable

__all__ = ["Baseline", "BaselineUnreadable"]
