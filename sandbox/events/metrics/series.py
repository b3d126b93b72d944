"""One metric's samples over time, visible when CloudWatch would show them."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.events.metrics.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTE = 60
_HOUR = 3600
_DAY = 86400

# (older than, kept in buckets of): CloudWatch's retention. What is older than the last is dropped.
_RETENTION = ((3 * _HOUR, MINUTE), (15 * _DAY, 5 * MINUTE), (63 * _DAY, _HOUR))
_DROPPED_AFTER = 455 * _DAY
_TIDY_EVERY = 1000


@dataclass(slots=True)
class Bucket:
    """The samples of one second or minute: those visible and those still under way."""

    visible: Samples = field(default_factory=Samples)
    pending: list[tuple[float, Samples]] = field(default_factory=list)

    def at(self, now: float) -> Samples:
        """Return what is visible now."""
        if self.pending:
            arrived = [samples for when, samples in self.pending if when <= now]
            self.pending = [entry for entry in self.pending if entry[0] > now]
            for samples in arrived:
                self.visible.merge(samples)
        return self.visible

    def absorb(self, other: Bucket, now: float) -> None:
        """Take over all samples of another bucket."""
        self.visible.merge(other.at(now))
        self.pending += other.pending


class Series:
    """The samples of one metric with one unit, in buckets by their start."""

    def __init__(self) -> None:
        self._times: list[int] = []
        self._buckets: dict[int, Bucket] = {}
        self._puts = 0
        self.first_visible = float("inf")

    def put(self, at: float, samples: Samples, *, size: int, visible_at: float) -> None:
        """Add samples of one moment to the bucket of their second or minute."""
        bucket = self._bucket(int(at) // size * size)
        bucket.pending.append((visible_at, samples))
        self.first_visible = min(self.first_visible, visible_at)
        self._puts += 1
        if self._puts % _TIDY_EVERY == 0:
            self._tidy(visible_at)

    def between(self, start: float, end: float, now: float) -> Iterator[tuple[int, Samples]]:
        """Yield what is visible of the time from `start` up to, not including, `end`.

        Each bucket's samples come with the bucket's start.
        """
        first, last = bisect_left(self._times, start), bisect_left(self._times, end)
        for time in self._times[first:last]:
            visible = self._buckets[time].at(now)
            if visible.count:
                yield time, visible

    def latest(self) -> int | None:
        """Return the start of the newest bucket, visible or not."""
        return self._times[-1] if self._times else None

    def _bucket(self, start: int) -> Bucket:
        if start not in self._buckets:
            self._buckets[start] = Bucket()
            insort(self._times, start)
        return self._buckets[start]

    def _tidy(self, now: float) -> None:
        """Merge old buckets into longer ones and drop the oldest, so that memory stays bounded."""
        for older_than, size in _RETENTION:
            self._roll(now - older_than, size, now)
        gone = bisect_left(self._times, now - _DROPPED_AFTER)
        for time in self._times[:gone]:
            del self._buckets[time]
        del self._times[:gone]

    def _roll(self, before: float, size: int, now: float) -> None:
        last = bisect_left(self._times, before)
        # In order, for the times are; each once.
        starts = dict.fromkeys(time // size * size for time in self._times[:last])
        for time in self._times[:last]:
            if time not in starts:
                long = self._buckets.setdefault(time // size * size, Bucket())
                long.absorb(self._buckets.pop(time), now)
        self._times[:last] = starts
