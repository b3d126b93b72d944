"""Endpoints over time: each change of status, the fleets behind them, the events about them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from sandbox.hosting import announce, logs
from sandbox.hosting.artifact import ProvisionFailed
from sandbox.hosting.fleet import Fleet
from sandbox.hosting.machine import Endpoint, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.fleet import Instance
    from sandbox.hosting.provision import Provisioner
    from sandbox.hosting.store import Store
    from sandbox.hosting.variants import Variant

_SERVES = {Status.IN_SERVICE, Status.UPDATING, Status.ROLLING_BACK}


class Lifecycle:
    """Carries changes of endpoints out, in sandbox time.

    Attributes
    ----------
    announce_weight_changes
        Whether a change of weights alone puts events onto the bus. AWS does not say; what runs here
        must come through with either.
    on_serving
        Called with an endpoint each time that it is in service after a change.
    on_leaving
        Called with an endpoint's name before its fleet goes.
    """

    def __init__(
        self, account: Account, store: Store, provisioner: Provisioner, durations: Durations
    ) -> None:
        self.announce_weight_changes = True
        self.fleets: dict[str, Fleet] = {}
        self.on_serving: list[Callable[[Endpoint], None]] = []
        self.on_leaving: list[Callable[[str], None]] = []
        self._account = account
        self._store = store
        self._provisioner = provisioner
        self.durations = durations
        self._choices: dict[str, Random] = {}

    def serving(self, name: str) -> tuple[Endpoint, Fleet] | None:
        """Return an endpoint that takes requests, and its fleet."""
        endpoint, fleet = self._store.endpoints.get(name), self.fleets.get(name)
        if endpoint is None or fleet is None or endpoint.status not in _SERVES:
            return None
        return endpoint, fleet

    def choose(self, endpoint: Endpoint) -> Variant:
        """Return the variant that the next request goes to, by weight."""
        choices = self._choices.setdefault(
            endpoint.name, Random(f"{self.durations.seed}/{endpoint.name}")
        )
        weights = [variant.weight for variant in endpoint.variants]
        return choices.choices(endpoint.variants, weights)[0]

    def deploy(self, endpoint: Endpoint) -> None:
        """Begin to bring the pending configuration into service."""
        self._announce(endpoint)
        self._account.kernel.spawn(lambda: self._deploy(endpoint), name=f"deploy {endpoint.name}")

    def change(self, endpoint: Endpoint) -> None:
        """Begin to bring desired weights and counts about."""
        loud = self.announce_weight_changes or _scales(endpoint)
        if loud:
            self._announce(endpoint)
        self._account.kernel.spawn(
            lambda: self._change(endpoint, loud=loud), name=f"change {endpoint.name}"
        )

    def delete(self, endpoint: Endpoint) -> None:
        """Begin to take an endpoint away."""
        self._announce(endpoint)
        self._leave(endpoint.name)
        self._retire(self.fleets.pop(endpoint.name, Fleet()))
        after = self.durations.deletion(endpoint.name, endpoint.changes)
        self._account.kernel.call_later(
            after, lambda: self._forget(endpoint), name=f"delete {endpoint.name}"
        )

    def _deploy(self, endpoint: Endpoint) -> None:
        pending = endpoint.pending
        assert pending is not None, f"{endpoint.name} has nothing to deploy"
        try:
            fleet = self._provisioner.fleet(endpoint.name, endpoint.changes, pending.variants)
        except ProvisionFailed as failure:
            self._fail(endpoint, str(failure))
            return
        self._leave(endpoint.name)
        before = self.fleets.get(endpoint.name, Fleet())
        self.fleets[endpoint.name] = fleet
        endpoint.succeed(self._account.kernel.now())
        self._retire(before)
        self._announce(endpoint)
        self._serve(endpoint)

    def _change(self, endpoint: Endpoint, *, loud: bool) -> None:
        name, change = endpoint.name, endpoint.changes
        try:
            for variant in endpoint.variants:
                if variant.desired_count > variant.count:
                    self._provisioner.require_more(name, change, variant)
        except ProvisionFailed as failure:
            self._fail(endpoint, str(failure))
            return
        if not any(each.desired_count > each.count for each in endpoint.variants):
            self._account.kernel.sleep(self.durations.switch(name, change))
        endpoint.succeed(self._account.kernel.now())
        if loud:
            self._announce(endpoint)
        self._serve(endpoint)

    def _fail(self, endpoint: Endpoint, reason: str) -> None:
        kernel = self._account.kernel
        endpoint.fail(reason, kernel.now())
        self._announce(endpoint)
        if endpoint.status is Status.ROLLING_BACK:
            kernel.sleep(self.durations.roll_back(endpoint.name, endpoint.changes))
            endpoint.rolled_back(kernel.now())
            self._announce(endpoint)

    def _serve(self, endpoint: Endpoint) -> None:
        for hook in self.on_serving:
            hook(endpoint)

    def _leave(self, name: str) -> None:
        for hook in self.on_leaving:
            hook(name)

    def _forget(self, endpoint: Endpoint) -> None:
        del self._store.endpoints[endpoint.name]
        self._store.tags.pop(endpoint.arn, None)
        self._choices.pop(endpoint.name, None)

    def _retire(self, fleet: Fleet) -> None:
        for instance in fleet.instances.values():
            self._retire_instance(instance)

    def _retire_instance(self, instance: Instance) -> None:
        instance.retire()
        logs.ship(self._account, instance)

    def _announce(self, endpoint: Endpoint) -> None:
        announce.status(self._account, endpoint, self._store.tags.get(endpoint.arn, {}))


def _scales(endpoint: Endpoint) -> bool:
    return any(variant.desired_count != variant.count for variant in endpoint.variants)
