"""CloudWatch's metrics."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.events.metrics.emf import metrics_of
from sandbox.events.metrics.samples import Samples, joined
from sandbox.events.metrics.series import MINUTE, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sandbox.kernel import Kernel


class MetricId(NamedTuple):
    """What makes a metric a metric of its own."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Mapping[str, str]) -> MetricId:
        """Name a metric; the order of dimensions does not matter."""
        return cls(namespace, name, tuple(sorted(dimensions.items())))


class Metrics:
    """All metrics of the account, in sandbox time.

    Example
    -------
    >>> metrics.put("AWS/SageMaker", "ModelLatency", {"EndpointName": "churn"}, 5120.0,
    ...             unit="Microseconds", visible_after=90)
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._series: dict[MetricId, dict[str, Series]] = defaultdict(lambda: defaultdict(Series))
        self._listeners: list[Callable[[MetricId, float], None]] = []

    def put(  # noqa: PLR0913 - the members of a datum; all but the first four by name
        self,
        namespace: str,
        name: str,
        dimensions: Mapping[str, str],
        value: float | None = None,
        *,
        samples: Samples | None = None,
        unit: str = "None",
        at: datetime | None = None,
        visible_after: float = 0.0,
        resolution: int = MINUTE,
    ) -> None:
        """Add one value, or many as samples.

        Parameters
        ----------
        samples
            Instead of a value: `Samples.of([(value, count), …])` or a statistic set.
        at
            When it was measured; now, if not given.
        visible_after
            Seconds from now until queries and alarms see it, as CloudWatch is late.
        resolution
            1 for a high-resolution metric, else 60.
        """
        if (value is None) == (samples is None):
            raise ValueError(f"Give {namespace} {name} either a value or samples.")
        metric = MetricId.of(namespace, name, dimensions)
        now = self._kernel.timestamp()
        added = samples if samples is not None else Samples.of([(value or 0.0, 1.0)])
        moment = at.timestamp() if at is not None else now
        series = self._series[metric][unit]
        series.put(moment, added, size=resolution, visible_at=now + visible_after)
        for listener in self._listeners:
            listener(metric, now + visible_after)

    def put_emf(self, log_event: dict[str, Any]) -> None:
        """Add the metrics within a log line in embedded metric format; others have none."""
        for found in metrics_of(log_event):
            self.put(
                found.namespace,
                found.name,
                found.dimensions,
                samples=Samples.of((value, 1.0) for value in found.values),
                unit=found.unit,
                at=found.at,
                resolution=found.resolution,
            )

    def samples(
        self, metric: MetricId, start: float, end: float, *, unit: str | None = None
    ) -> Samples | None:
        """Return what is visible now of a metric from `start` up to `end`, in Unix seconds.

        The result is for reading only: a lone bucket is returned as it is.
        """
        return joined(samples for _, samples in self._visible(metric, start, end, unit))

    def periods(
        self, metric: MetricId, starts: range, *, unit: str | None = None
    ) -> list[Samples | None]:
        """Return the same of each period that begins at one of `starts` and ends at the next."""
        first, period = starts.start, starts.step
        parts: list[list[Samples]] = [[] for _ in starts]
        for time, samples in self._visible(metric, first, first + period * len(starts), unit):
            parts[(time - first) // period].append(samples)
        return [joined(each) for each in parts]

    def _visible(
        self, metric: MetricId, start: float, end: float, unit: str | None
    ) -> Iterator[tuple[int, Samples]]:
        now = self._kernel.timestamp()
        for series_unit, series in self._series.get(metric, {}).items():
            if unit in (None, series_unit):
                yield from series.between(start, end, now)

    def unit(self, metric: MetricId) -> str:
        """Return the unit of a metric; the first one if it came with several."""
        return next(iter(self._series.get(metric, {"None": None})))

    def newest(self, metric: MetricId) -> float | None:
        """Return when the newest samples of a metric were measured, visible or not."""
        times = [series.latest() for series in self._series.get(metric, {}).values()]
        return max((time for time in times if time is not None), default=None)

    def ids(self) -> Iterator[MetricId]:
        """List the metrics of which something is visible."""
        now = self._kernel.timestamp()
        for metric, units in self._series.items():
            if any(series.first_visible <= now for series in units.values()):
                yield metric

    def listen(self, listener: Callable[[MetricId, float], None]) -> None:
        """Hear of each metric that gets samples and when they will be visible."""
        self._listeners.append(listener)
