"""Reads what SageMaker's data capture writes: bytes of files in, columns out.

Heavy: needs msgspec and polars, which only the functions that profile have.
"""

from slipway.domain.drift.reading.batch import Batch
from slipway.domain.drift.reading.captures import read_captures
from slipway.domain.drift.reading.observing import Layout, Layouts, observe, observe_largest

__all__ = ["Batch", "Layout", "Layouts", "observe", "observe_largest", "read_captures"]
