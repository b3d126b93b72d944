"""Publishes the metrics of endpoints, minute by minute, as late as CloudWatch shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.events.metrics import Samples
from sandbox.hosting.book import Datum, Minute, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.account import Account

_MINUTE = 60
# A closed minute is published at its end, so each request is seen 60 to 120 seconds after it.
_LATE = 60.0
_HIGH_RESOLUTION = {"ConcurrentRequestsPerModel": 10}

# What an instance uses besides its work, in per cent: modelled, for no instance is measured here.
_IDLE_CPU, _MEMORY, _DISK = 0.6, 11.0, 4.5


class Meter:
    """Keeps the running minute of each variant.

    Parameters
    ----------
    running
        Returns endpoint, variant and instance count of all that has instances now.
    """

    def __init__(
        self, account: Account, running: Callable[[], Iterable[tuple[str, str, int]]]
    ) -> None:
        self._account = account
        self._running = running
        self._minutes: dict[tuple[str, str], Minute] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._ticking = False

    def watch(self) -> None:
        """Publish from now on, until nothing runs any more."""
        if not self._ticking:
            self._ticking = True
            self._await_minute()

    def record(
        self, endpoint: str, variant: str, outcomes: Iterable[Outcome], concurrent: int = 1
    ) -> None:
        """Add requests of this moment."""
        minute = self._minutes.setdefault((endpoint, variant), Minute())
        second = self._account.kernel.timestamp() % _MINUTE
        for outcome in outcomes:
            minute.add(outcome, second=second, concurrent=concurrent)
        self.watch()

    def _await_minute(self) -> None:
        kernel = self._account.kernel
        start = kernel.timestamp() // _MINUTE * _MINUTE
        kernel.call_at(
            datetime.fromtimestamp(start + _MINUTE, UTC),
            lambda: self._publish(start),
            name="hosting metrics",
        )

    def _publish(self, start: float) -> None:
        running = {(name, variant): count for name, variant, count in self._running()}
        minutes, self._minutes = self._minutes, {}
        for key in {**running, **minutes}:
            instances = running.get(key) or self._counts.get(key, 1)
            minute = minutes.get(key, Minute())
            for datum in minute.data(instances):
                self._put("AWS/SageMaker", key, datum, start)
            if key in running:
                for datum in _instance_data(minute.load(instances)):
                    self._put("/aws/sagemaker/Endpoints", key, datum, start)
        self._counts = running
        self._ticking = bool(running)
        if self._ticking:
            self._await_minute()

    def _put(self, namespace: str, key: tuple[str, str], datum: Datum, start: float) -> None:
        self._account.metrics.put(
            namespace,
            datum.name,
            {"EndpointName": key[0], "VariantName": key[1]},
            samples=Samples.of(datum.values.items()),
            unit=datum.unit,
            at=datetime.fromtimestamp(start + datum.offset, UTC),
            visible_after=_LATE,
            resolution=_HIGH_RESOLUTION.get(datum.name, _MINUTE),
        )


def _instance_data(load: float) -> list[Datum]:
    """Return the instance metrics of a minute; CPU follows the time that models worked."""
    cpu = round(_IDLE_CPU + 100 * load, 3)
    used = {"CPUUtilization": cpu, "MemoryUtilization": _MEMORY, "DiskUtilization": _DISK}
    return [Datum(name, "Percent", {value: 1}) for name, value in used.items()]
