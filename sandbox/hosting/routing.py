"""Which instances answer for an endpoint now, and which of them the next request goes to."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from sandbox.hosting.machine import Endpoint, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hosting.fleet import Fleet, Instance
    from sandbox.hosting.store import Store
    from sandbox.hosting.variants import Variant

_SERVES = {
    Status.IN_SERVICE,
    Status.UPDATING,
    Status.ROLLING_BACK,
    Status.UPDATE_ROLLBACK_FAILED,
}


class Route(NamedTuple):
    """A way for requests.

    Attributes
    ----------
    share
        The part of the variant's traffic that takes it.
    config
        The endpoint configuration that the instances came with.
    new
        Whether it leads to the new fleet of a deployment.
    instances
        How many of the fleet's instances take traffic.
    """

    variant: Variant
    instance: Instance
    share: float
    config: str
    new: bool
    instances: int

    @property
    def weight(self) -> float:
        """The route's weight among all routes of the endpoint."""
        return self.variant.weight * self.share


class Routing:
    """The fleets of all endpoints.

    Attributes
    ----------
    fleets
        What serves, by endpoint.
    new_fleets
        What a deployment shifts traffic to.
    on_change
        Called with an endpoint's name after its routes have changed.
    """

    def __init__(self, store: Store, seed: int) -> None:
        self.fleets: dict[str, Fleet] = {}
        self.new_fleets: dict[str, Fleet] = {}
        self.on_change: list[Callable[[str], None]] = []
        self._store = store
        self._seed = seed
        self._choices: dict[str, Random] = {}

    def routes(self, name: str) -> list[Route]:
        """Return an endpoint's routes; none if it does not serve."""
        endpoint, fleet = self._store.endpoints.get(name), self.fleets.get(name)
        if endpoint is None or fleet is None or endpoint.status not in _SERVES:
            return []
        found = [route for each in endpoint.variants for route in self._of(endpoint, each, fleet)]
        return [route for route in found if route.share > 0]

    def choose(self, name: str, target: str | None = None) -> Route | None:
        """Return the next request's route by weight, or within one variant; None without one."""
        routes = [each for each in self.routes(name) if target in (None, each.variant.name)]
        weights = [each.weight if target is None else each.share for each in routes]
        if not sum(weights):
            return None
        random = self._choices.setdefault(name, Random(f"{self._seed}/{name}"))
        return random.choices(routes, weights)[0]

    def change(self, name: str) -> None:
        """Tell that an endpoint's routes have changed."""
        for hook in self.on_change:
            hook(name)

    def forget(self, name: str) -> None:
        """Forget an endpoint that is gone."""
        self._choices.pop(name, None)

    def _of(self, endpoint: Endpoint, variant: Variant, fleet: Fleet) -> list[Route]:
        instance = fleet.instances[variant.name]
        new, pending = self.new_fleets.get(endpoint.name), endpoint.pending
        if new is None or pending is None:
            return [Route(variant, instance, 1.0, endpoint.config_name, False, variant.count)]
        coming = next(each for each in pending.variants if each.name == variant.name)
        coming = replace(coming, weight=variant.weight)
        share, active = pending.share(coming), pending.active.get(variant.name, 0)
        return [
            Route(variant, instance, 1 - share, endpoint.config_name, False, variant.count),
            Route(coming, new.instances[variant.name], share, pending.config_name, True, active),
        ]
