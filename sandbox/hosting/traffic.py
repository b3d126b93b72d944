"""Modelled load: the metrics of many requests without one of them reaching a process.

Each route gets its share by weight, and its model behaves as `sandbox.hosting.behaviour` says. A
minute costs as much as the endpoint has routes, however many requests there are; where routes
change within it, what came before is booked on the old ones. Nothing is captured.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sandbox.hosting.behaviour import FINE, WELL, Behaviours, outcomes
from sandbox.hosting.tally import Count, TrafficLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.account import Account
    from sandbox.hosting.book import Outcome
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.meter import Meter
    from sandbox.hosting.routing import Route, Routing
    from sandbox.kernel import Event

_MINUTE = 60.0
# Requests are booked just before the end of their minute.
_LEAST = 0.001
_ROUNDING = 1e-6


class Passed(NamedTuple):
    """What a load did on a route.

    Attributes
    ----------
    outcomes
        How its requests ended.
    concurrent
        How many requests were under way at once, by a moment of each ten seconds.
    """

    route: Route
    outcomes: list[Outcome]
    concurrent: dict[float, int]


class Load(Protocol):
    """A model of users and servers together, for which time passes."""

    def pass_time(self, routes: list[Route], began: float, ended: float) -> Iterable[Passed]:
        """Return what happened on an endpoint's routes between two moments of one minute."""


class Traffic:
    """Sends modelled requests to endpoints.

    Attributes
    ----------
    log
        What the users met.
    """

    def __init__(
        self,
        account: Account,
        routing: Routing,
        meter: Meter,
        behaviours: Behaviours,
        durations: Durations,
    ) -> None:
        self.log = TrafficLog()
        self._account = account
        self._routing = routing
        self._meter = meter
        self._behaviours = behaviours
        self._durations = durations
        self._random = Random(f"{durations.seed}/traffic")
        self._changes: dict[str, list[Event]] = {}
        routing.on_change.append(self.interrupt)

    def interrupt(self, endpoint: str) -> None:
        """Book what has been sent so far: something changes for what follows."""
        for event in self._changes.get(endpoint, []):
            event.set()

    def seed(self, seed: int) -> None:
        """Draw anew from another seed."""
        self._random = Random(f"{seed}/traffic")

    def send(self, endpoint: str, requests_per_second: float, seconds: float) -> None:
        """Begin to send; requests to an endpoint that does not serve fail, as on AWS."""
        owed = 0.0

        def book(routes: list[Route], began: float, ended: float) -> None:
            nonlocal owed
            owed += requests_per_second * (ended - began)
            sent = int(owed + _ROUNDING)
            self._book(endpoint, routes, sent, began)
            owed -= sent

        self._run(endpoint, seconds, book)

    def carry(self, endpoint: str, load: Load, seconds: float) -> None:
        """Begin to let a load act on an endpoint; it is not in the log."""

        def book(routes: list[Route], began: float, ended: float) -> None:
            for passed in load.pass_time(routes, began, ended):
                for moment, concurrent in passed.concurrent.items():
                    self._meter.hold(passed.route, moment, concurrent)
                self._meter.record(passed.route, passed.outcomes, concurrent=0, since=began)

        self._run(endpoint, seconds, book)

    def _run(
        self, endpoint: str, seconds: float, book: Callable[[list[Route], float, float], None]
    ) -> None:
        kernel = self._account.kernel
        end, changed = kernel.timestamp() + seconds, kernel.event()
        self._changes.setdefault(endpoint, []).append(changed)

        def run() -> None:
            while (left := end - kernel.timestamp()) > _LEAST:
                began, routes = kernel.timestamp(), self._routing.routes(endpoint)
                span = min(_MINUTE - began % _MINUTE, left)
                changed.clear()
                cut = changed.wait(max(span - _LEAST, 0.0))
                book(routes, began, kernel.timestamp() if cut else began + span)
                if not cut:
                    kernel.sleep(_LEAST)
            self._changes[endpoint].remove(changed)

        kernel.spawn(run, name=f"traffic to {endpoint}")

    def _book(self, endpoint: str, routes: list[Route], requests: int, began: float) -> None:
        total = sum(route.weight for route in routes)
        if not total and requests:
            self.log.add(began, endpoint, None, "", Count(requests, errors=requests))
        sent, reached = 0, 0.0
        for route in routes if total else ():
            reached += route.weight
            count = round(requests * reached / total) - sent
            sent += count
            if count:
                self._book_route(endpoint, route, count, began)

    def _book_route(self, endpoint: str, route: Route, count: int, began: float) -> None:
        behaviour = self._behaviours.of(route.variant) or WELL
        recorded = self._durations.invocation
        met = outcomes(count, behaviour, recorded, self._random)
        seconds = max(self._account.kernel.timestamp() - began, _LEAST)
        concurrent = max(round(count / seconds * behaviour.median(recorded)), 1)
        self._meter.record(route, met, concurrent=concurrent, since=began)
        errors = sum(each.requests for each in met if each.status != FINE)
        wrong = count - errors if behaviour.wrong_shape else 0
        self.log.add(began, endpoint, route.variant.name, route.config, Count(count, errors, wrong))
