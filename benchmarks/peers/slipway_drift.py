"""Slipway, by the defaults of endpoint.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.drift_detection import Watch

if TYPE_CHECKING:
    from benchmarks.streams import Stream
    from benchmarks.telling import Watcher


def watchers(stream: Stream) -> dict[str, Watcher]:
    """Return the ways in which it says drift: one."""
    return {"Slipway": Watch(stream)}
