"""The modelled endpoint in the sandbox: it meets the demand with the instances that really serve.

The queues live here; how many instances there are, since when, and what they cost is the sandbox's.
What happened becomes the metrics that SageMaker would publish, so that the real alarms ring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.course import MINUTE, Course, Minute
from rehearsal.latency import Latencies
from rehearsal.queueing import SLOT, Queues, Stretch
from sandbox.hosting.machine import Endpoint, Status
from sandbox.hosting.traffic import Passed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rehearsal.noise import Noise
    from rehearsal.scenario import Scenario
    from sandbox.hosting.routing import Route

_ROUNDING = 1e-6


class Modelled:
    """A load on an endpoint of the sandbox; see `sandbox.hosting.traffic.Load`.

    Parameters
    ----------
    endpoint
        Returns the endpoint, or None while there is none.

    Attributes
    ----------
    course
        What has happened so far, in whole minutes.
    """

    def __init__(
        self, scenario: Scenario, noise: Noise, endpoint: Callable[[], Endpoint | None]
    ) -> None:
        self.course = Course()
        self._scenario = scenario
        self._noise = noise
        self._endpoint = endpoint
        self._begin = scenario.start.timestamp()
        self._latencies = Latencies(scenario.service)
        self._queues: dict[str, Queues] = {}
        self._second = 0
        self._paid = 0
        self._minute = _Minute()

    def begin(self) -> None:
        """Note what is paid for at the first moment."""
        self._paid = _paid(self._endpoint())

    def pass_time(self, routes: list[Route], began: float, ended: float) -> Iterator[Passed]:
        """Let time pass; see `sandbox.hosting.traffic.Load`."""
        last = min(int(ended - self._begin + _ROUNDING), self._scenario.seconds)
        self._pay(began, ended, sum(route.instances for route in routes))
        total = sum(route.weight for route in routes)
        if total:
            for route in routes:
                yield self._passed(route, route.weight / total, last)
        else:
            lost = Queues(self._scenario.service, self._noise)
            self._minute.add(lost.run(self._scenario.rates, self._second, last))
        self._queues = {
            route.instance.identifier: self._queues[route.instance.identifier]
            for route in (routes if total else [])
        }
        self._second = last
        if last % MINUTE == 0 or last == self._scenario.seconds:
            self._close()

    def _passed(self, route: Route, share: float, last: int) -> Passed:
        queues = self._queues.setdefault(
            route.instance.identifier, Queues(self._scenario.service, self._noise)
        )
        queues.resize(route.instances)
        stretch = queues.run(self._scenario.rates, self._second, last, share)
        self._minute.add(stretch)
        concurrent = {
            self._begin + slot * SLOT: round(inside / seconds * route.instances)
            for slot, (inside, seconds) in stretch.concurrent.items()
        }
        return Passed(route, self._latencies.outcomes(stretch), concurrent)

    def _pay(self, began: float, ended: float, serving: int) -> None:
        endpoint = self._endpoint()
        now = _paid(endpoint)
        # What is asked for costs from then on; whatever comes about ends a stretch.
        changed = endpoint.modified.timestamp() if endpoint is not None else began
        changed = min(max(changed, began), ended)
        self._minute.seconds += ended - began
        self._minute.serving += serving * (ended - began)
        self._minute.paid += self._paid * (changed - began) + now * (ended - changed)
        self._paid = now

    def _close(self) -> None:
        if self._minute.seconds:
            self.course.minutes.append(self._minute.closed())
        self._minute = _Minute()


class _Minute:
    """The minute that is not over."""

    def __init__(self) -> None:
        self.requests, self.failed, self.slow = 0.0, 0, 0.0
        self.serving, self.paid, self.seconds = 0.0, 0.0, 0.0

    def add(self, stretch: Stretch) -> None:
        self.requests += stretch.requests
        self.failed += stretch.whole_failed
        self.slow += stretch.slow

    def closed(self) -> Minute:
        serving, paid = self.serving / self.seconds, self.paid / self.seconds
        return Minute(self.requests, self.failed, self.slow, round(serving, 6), round(paid, 6))


def _paid(endpoint: Endpoint | None) -> int:
    """Return the instances that cost money: all that there are, and all that are on their way."""
    if endpoint is None or endpoint.status in (Status.DELETING, Status.FAILED):
        return 0
    own = sum(max(each.count, each.desired_count) for each in endpoint.variants)
    coming = endpoint.pending.variants if endpoint.pending is not None else ()
    return own + sum(each.desired_count for each in coming)
