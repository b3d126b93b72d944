"""Endpoints over time: each change of status, the fleets behind them, the events about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hosting import announce, logs
from sandbox.hosting.artifact import ProvisionFailed
from sandbox.hosting.fleet import Fleet
from sandbox.hosting.machine import Endpoint, Status
from sandbox.hosting.shifting import Shifting
from sandbox.hosting.troubles import Trouble, Troubles

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.machine import Pending
    from sandbox.hosting.provision import Provisioner
    from sandbox.hosting.routing import Routing
    from sandbox.hosting.store import Store


class Lifecycle:
    """Carries changes of endpoints out, in sandbox time.

    Attributes
    ----------
    announce_weight_changes
        Whether a change of weights alone puts events onto the bus. AWS does not say; what runs here
        must come through with either.
    troubles
        What goes wrong with the next changes.
    on_serving
        Called with an endpoint each time that it is in service after a change.
    on_failing
        Called with an endpoint and the reason when a change of it failed.
    on_leaving
        Called with an endpoint's name before its fleet goes.
    """

    def __init__(
        self,
        account: Account,
        store: Store,
        provisioner: Provisioner,
        routing: Routing,
        durations: Durations,
    ) -> None:
        self.announce_weight_changes = True
        self.troubles = Troubles()
        self.on_serving: list[Callable[[Endpoint], None]] = []
        self.on_failing: list[Callable[[Endpoint, str], None]] = []
        self.on_leaving: list[Callable[[str], None]] = []
        self._account = account
        self._store = store
        self._provisioner = provisioner
        self._routing = routing
        self._durations = durations
        self._shifting = Shifting(account, store, routing, durations)

    def deploy(self, endpoint: Endpoint) -> None:
        """Begin to bring the pending configuration into service."""
        self._announce(endpoint)
        trouble = self.troubles.take(endpoint.name)
        self._account.kernel.spawn(
            lambda: self._deploy(endpoint, trouble), name=f"deploy {endpoint.name}"
        )

    def change(self, endpoint: Endpoint) -> None:
        """Begin to bring desired weights and counts about."""
        scales = _scales(endpoint)
        loud = self.announce_weight_changes or scales
        if loud:
            self._announce(endpoint)
        if scales:
            announce.deployment(self._account, endpoint, self._tags(endpoint))
        trouble = self.troubles.take(endpoint.name)
        self._account.kernel.spawn(
            lambda: self._change(endpoint, trouble, loud=loud), name=f"change {endpoint.name}"
        )

    def repair(self, endpoint: Endpoint) -> None:
        """Bring an endpoint whose way back failed into service, as a person has it done."""
        endpoint.rolled_back(self._account.kernel.now())
        self._announce(endpoint)

    def delete(self, endpoint: Endpoint) -> None:
        """Begin to take an endpoint away."""
        self._announce(endpoint)
        self._leave(endpoint.name)
        self._retire(self._routing.fleets.pop(endpoint.name, Fleet()))
        self._routing.change(endpoint.name)
        after = self._durations.deletion(endpoint.name, endpoint.changes)
        self._account.kernel.call_later(
            after, lambda: self._forget(endpoint), name=f"delete {endpoint.name}"
        )

    def _deploy(self, endpoint: Endpoint, trouble: Trouble) -> None:
        pending = endpoint.pending
        assert pending is not None, f"{endpoint.name} has nothing to deploy"
        try:
            fleet = self._provision(endpoint, pending, trouble)
        except ProvisionFailed as failure:
            self._fail(endpoint, str(failure), trouble)
            return
        problem = self._shift(endpoint, pending, fleet)
        if problem is not None:
            self._fail(endpoint, problem, trouble, fleet)
            return
        self._leave(endpoint.name)
        before = self._routing.fleets.get(endpoint.name, Fleet())
        self._routing.fleets[endpoint.name] = fleet
        endpoint.succeed(self._account.kernel.now())
        self._routing.new_fleets.pop(endpoint.name, None)
        self._retire(before)
        self._serve(endpoint, loud=True)

    def _provision(self, endpoint: Endpoint, pending: Pending, trouble: Trouble) -> Fleet:
        fleet = self._provisioner.fleet(endpoint.name, endpoint.changes, pending.variants)
        self._account.kernel.sleep(trouble.seconds)
        if trouble.reason is not None:
            self._retire(fleet)
            raise ProvisionFailed(trouble.reason)
        return fleet

    def _shift(self, endpoint: Endpoint, pending: Pending, fleet: Fleet) -> str | None:
        if pending.guardrails is None:
            return None
        self._routing.new_fleets[endpoint.name] = fleet
        return self._shifting.shift(endpoint, pending, pending.guardrails)

    def _change(self, endpoint: Endpoint, trouble: Trouble, *, loud: bool) -> None:
        name, change = endpoint.name, endpoint.changes
        try:
            for variant in endpoint.variants:
                if variant.desired_count > variant.count:
                    self._provisioner.require_more(name, change, variant)
            if not any(each.desired_count > each.count for each in endpoint.variants):
                self._account.kernel.sleep(self._durations.switch(name, change))
            self._account.kernel.sleep(trouble.seconds)
            if trouble.reason is not None:
                raise ProvisionFailed(trouble.reason)
        except ProvisionFailed as failure:
            self._fail(endpoint, str(failure), trouble)
            return
        endpoint.succeed(self._account.kernel.now())
        self._serve(endpoint, loud=loud)

    def _fail(
        self, endpoint: Endpoint, reason: str, trouble: Trouble, fleet: Fleet | None = None
    ) -> None:
        """Go back: all traffic at once, the status a while later."""
        kernel = self._account.kernel
        if fleet is not None:
            self._leave(endpoint.name)
        endpoint.fail(reason, kernel.now())
        for hook in self.on_failing:
            hook(endpoint, reason)
        self._routing.new_fleets.pop(endpoint.name, None)
        self._routing.change(endpoint.name)
        self._retire(fleet or Fleet())
        self._announce(endpoint)
        if endpoint.status is not Status.ROLLING_BACK:
            return
        kernel.sleep(self._durations.roll_back(endpoint.name, endpoint.changes))
        if trouble.for_good:
            endpoint.roll_back_failed(kernel.now())
        else:
            endpoint.rolled_back(kernel.now())
        self._announce(endpoint)

    def _serve(self, endpoint: Endpoint, *, loud: bool) -> None:
        self._routing.change(endpoint.name)
        if loud:
            self._announce(endpoint)
        for hook in self.on_serving:
            hook(endpoint)

    def _leave(self, name: str) -> None:
        for hook in self.on_leaving:
            hook(name)

    def _forget(self, endpoint: Endpoint) -> None:
        del self._store.endpoints[endpoint.name]
        self._store.tags.pop(endpoint.arn, None)
        self._routing.forget(endpoint.name)

    def _retire(self, fleet: Fleet) -> None:
        for instance in fleet.instances.values():
            instance.retire()
            logs.ship(self._account, instance)

    def _announce(self, endpoint: Endpoint) -> None:
        announce.status(self._account, endpoint, self._tags(endpoint))

    def _tags(self, endpoint: Endpoint) -> dict[str, str]:
        return self._store.tags.get(endpoint.arn, {})


def _scales(endpoint: Endpoint) -> bool:
    return any(variant.desired_count != variant.count for variant in endpoint.variants)
