"""Publishes the metrics of endpoints, minute by minute, as late as CloudWatch shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from sandbox.events.metrics import Samples
from sandbox.hosting.book import Datum, Minute, Outcome
from sandbox.hosting.permissions import ENDPOINT_METRICS, INSTANCE_METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.account import Account

_MINUTE = 60
# A closed minute is published at its end, so each request is seen 60 to 120 seconds after it.
_LATE = 60.0
_HIGH_RESOLUTION = {"ConcurrentRequestsPerModel": 10}

# What an instance uses besides its work, in per cent: modelled, for no instance is measured here.
_IDLE_CPU, _MEMORY, _DISK = 0.6, 11.0, 4.5


class Running(NamedTuple):
    """A variant that has instances, and the namespaces that it may publish metrics in."""

    endpoint: str
    variant: str
    instances: int
    publishes: frozenset[str]


class Meter:
    """Keeps the running minute of each variant.

    Parameters
    ----------
    running
        Returns all that has instances now.
    """

    def __init__(self, account: Account, running: Callable[[], Iterable[Running]]) -> None:
        self._account = account
        self._running = running
        self._minutes: dict[tuple[str, str], Minute] = {}
        self._seen: dict[tuple[str, str], Running] = {}
        self._ticking = False

    def watch(self) -> None:
        """Publish from now on, until nothing runs any more."""
        self._seen.update({(each.endpoint, each.variant): each for each in self._running()})
        if not self._ticking:
            self._ticking = True
            self._await_minute()

    def record(
        self,
        endpoint: str,
        variant: str,
        outcomes: Iterable[Outcome],
        *,
        concurrent: int = 1,
        lasting: float = 0.0,
    ) -> None:
        """Add requests of this moment, or of the seconds from now on within this minute."""
        minute = self._minutes.setdefault((endpoint, variant), Minute())
        second = self._account.kernel.timestamp() % _MINUTE
        for outcome in outcomes:
            minute.add(outcome, second=second, concurrent=concurrent)
        minute.hold(second, lasting, concurrent)

    def _await_minute(self) -> None:
        kernel = self._account.kernel
        start = kernel.timestamp() // _MINUTE * _MINUTE
        kernel.call_at(
            datetime.fromtimestamp(start + _MINUTE, UTC),
            lambda: self._publish(start),
            name="hosting metrics",
        )

    def _publish(self, start: float) -> None:
        running = {(each.endpoint, each.variant): each for each in self._running()}
        minutes, self._minutes = self._minutes, {}
        for key in {**running, **minutes}:
            # What ended within the minute still has requests to publish.
            fleet, minute = running.get(key) or self._seen[key], minutes.get(key, Minute())
            data = {ENDPOINT_METRICS: minute.data(fleet.instances)}
            if key in running:
                data[INSTANCE_METRICS] = _instance_data(minute.load(fleet.instances))
            for namespace in sorted(fleet.publishes & data.keys()):
                for datum in data[namespace]:
                    self._put(namespace, key, datum, start)
        self._seen = running
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
