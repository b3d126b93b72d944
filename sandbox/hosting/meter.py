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
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.routing import Route

_MINUTE = 60
_HIGH_RESOLUTION = {"ConcurrentRequestsPerModel": 10}

# Each instance sends its own count, and they are added up as they arrive.
_ADDED_UP = frozenset({"Invocations", "InvocationsPerInstance"})

# What an instance uses besides its work, in per cent: modelled, for no instance is measured here.
_IDLE_CPU, _MEMORY, _DISK = 0.6, 11.0, 4.5


class Source(NamedTuple):
    """What metrics are about.

    Attributes
    ----------
    config
        The configuration of a deployment's new fleet; None for a variant as a whole.
    """

    endpoint: str
    variant: str
    config: str | None = None

    @property
    def dimensions(self) -> dict[str, str]:
        """The dimensions of its metrics."""
        found = {"EndpointName": self.endpoint, "VariantName": self.variant}
        return found if self.config is None else {**found, "EndpointConfigName": self.config}


class Running(NamedTuple):
    """Something that has instances, and the namespaces that it may publish metrics in."""

    source: Source
    instances: int
    publishes: frozenset[str]


class Meter:
    """Keeps the running minute of each variant.

    Parameters
    ----------
    running
        Returns all that has instances now.
    """

    def __init__(
        self,
        account: Account,
        running: Callable[[], Iterable[Running]],
        durations: Durations,
    ) -> None:
        self._account = account
        self._durations = durations
        self._running = running
        self._minutes: dict[Source, Minute] = {}
        self._seen: dict[Source, Running] = {}
        self._ticking = False

    def watch(self) -> None:
        """Publish from now on, until nothing runs any more."""
        self._seen.update(self._by_source())
        if not self._ticking:
            self._ticking = True
            self._await_minute()

    def record(
        self,
        route: Route,
        outcomes: Iterable[Outcome],
        *,
        concurrent: int = 1,
        since: float | None = None,
    ) -> None:
        """Add requests of this moment, or of the time since a moment within this minute."""
        now = self._account.kernel.timestamp()
        second = (now if since is None else since) % _MINUTE
        minutes = [self._minute(source) for source in sources(route)]
        for minute in minutes:
            minute.hold(second, 0.0 if since is None else now - since, concurrent)
        for outcome in outcomes:
            for minute in minutes:
                minute.add(outcome, second=second, concurrent=concurrent)

    def hold(self, route: Route, moment: float, concurrent: int) -> None:
        """Note how many requests were under way at once in the ten seconds of a moment."""
        for source in sources(route):
            self._minute(source).hold(moment % _MINUTE, 0.0, concurrent)

    def _by_source(self) -> dict[Source, Running]:
        found: dict[Source, Running] = {}
        for each in self._running():
            # A deployment's old and new fleet are one variant.
            others = found[each.source].instances if each.source in found else 0
            found[each.source] = each._replace(instances=each.instances + others)
        return found

    def _minute(self, source: Source) -> Minute:
        return self._minutes.setdefault(source, Minute())

    def _await_minute(self) -> None:
        kernel = self._account.kernel
        start = kernel.timestamp() // _MINUTE * _MINUTE
        kernel.call_at(
            datetime.fromtimestamp(start + _MINUTE, UTC),
            lambda: self._publish(start),
            name="hosting metrics",
        )

    def _publish(self, start: float) -> None:
        running = self._by_source()
        minutes, self._minutes = self._minutes, {}
        for key in {**running, **minutes}:
            # What ended within the minute still has requests to publish.
            fleet = running.get(key) or self._seen.get(key)
            if fleet is None:
                continue  # Came and went within the minute.
            minute = minutes.get(key, Minute())
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

    def _put(self, namespace: str, source: Source, datum: Datum, start: float) -> None:
        # All is put at the minute's end. What is a minute late is seen 60 to 120 seconds after a
        # request, in short slots 60 to 70.
        resolution = _HIGH_RESOLUTION.get(datum.name, _MINUTE)
        seen = max(self._durations.metrics + datum.offset + resolution - _MINUTE, 0.0)
        late = self._durations.straggling if datum.name in _ADDED_UP else 0.0
        parts = ((1.0 - late, seen / 2), (late, seen)) if late else ((1.0, seen),)
        for share, after in parts:
            if share:
                self._account.metrics.put(
                    namespace,
                    datum.name,
                    source.dimensions,
                    samples=Samples.of((value, n * share) for value, n in datum.values.items()),
                    unit=datum.unit,
                    at=datetime.fromtimestamp(start + datum.offset, UTC),
                    visible_after=after,
                    resolution=resolution,
                )


def sources(route: Route) -> list[Source]:
    """Return what a request's metrics are about: the new fleet's have a dimension more."""
    endpoint, variant = route.instance.endpoint, route.variant.name
    whole = [Source(endpoint, variant)]
    return [*whole, Source(endpoint, variant, route.config)] if route.new else whole


def _instance_data(load: float) -> list[Datum]:
    """Return the instance metrics of a minute; CPU follows the time that models worked."""
    cpu = round(_IDLE_CPU + 100 * load, 3)
    used = {"CPUUtilization": cpu, "MemoryUtilization": _MEMORY, "DiskUtilization": _DISK}
    return [Datum(name, "Percent", {value: 1}) for name, value in used.items()]
