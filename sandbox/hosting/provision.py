"""Bringing a new fleet into service, or saying why it did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.gateway import AwsError
from sandbox.hosting import artifact, logs, permissions, refusals
from sandbox.hosting.artifact import ProvisionFailed
from sandbox.hosting.durations import DEFAULT_STARTUP_TIMEOUT, STARTS
from sandbox.hosting.fleet import Fleet, Instance, identifier
from sandbox.hosting.launching import server_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account
    from sandbox.hosting.capacity import Capacity
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.launching import Machinery
    from sandbox.hosting.process import ModelServer
    from sandbox.hosting.store import Model, Store
    from sandbox.hosting.variants import Variant


class Provisioner:
    """Makes fleets, and ends every process that it started when it closes.

    Attributes
    ----------
    machinery
        What the model servers of further fleets are made with.
    loads
        Tells whether a variant's model is to come up at all.
    """

    def __init__(
        self,
        account: Account,
        store: Store,
        capacity: Capacity,
        durations: Durations,
        machinery: Machinery,
    ) -> None:
        self.machinery = machinery
        self.loads: Callable[[Variant], bool] = lambda _: True
        self._launches = 0
        self.started: list[ModelServer] = []
        self._account = account
        self._store = store
        self._capacity = capacity
        self._durations = durations
        self._folder = account.state / "hosting"

    def fleet(self, endpoint: str, change: int, variants: tuple[Variant, ...]) -> Fleet:
        """Provision instances for all variants.

        Raises
        ------
        ProvisionFailed
            With SageMaker's reason; no process is left.
        """
        kernel = self._account.kernel
        if self._capacity.take_shortage(variant.instance_type for variant in variants):
            kernel.sleep(self._durations.shortage(endpoint, change))
            raise ProvisionFailed(refusals.NO_CAPACITY)
        kernel.sleep(self._durations.fleet(endpoint, change))
        fleet = Fleet()
        try:
            for variant in variants:
                fleet.instances[variant.name] = self._instance(endpoint, variant)
            self._start(fleet, variants)
        except ProvisionFailed:
            fleet.retire()
            raise
        return fleet

    def require_more(self, endpoint: str, change: int, variant: Variant) -> None:
        """Provision further instances of a variant that serves already.

        They share its process, but each of them reads the model and its artifact again.
        """
        kernel = self._account.kernel
        if self._capacity.take_shortage([variant.instance_type]):
            kernel.sleep(self._durations.shortage(endpoint, change))
            raise ProvisionFailed(refusals.NO_CAPACITY)
        kernel.sleep(self._durations.scaling(endpoint, change))
        model = self._model(variant)
        uri = artifact.location(model.container)
        if uri is not None and not artifact.readable(self._account, uri, model.role):
            raise ProvisionFailed(
                f'Failed to download model data for container "container_1" from URL: "{uri}".'
            )

    def processes(self) -> list[int]:
        """Return the process ids of the servers that run."""
        return [server.pid for server in self.started if server.pid is not None]

    def close(self) -> None:
        """End every process."""
        for server in self.started:
            server.stop()

    def _model(self, variant: Variant) -> Model:
        try:
            return self._store.model(variant.settings["ModelName"])
        except AwsError as error:
            raise ProvisionFailed(error.message) from error

    def _instance(self, endpoint: str, variant: Variant) -> Instance:
        model = self._model(variant)
        self._launches += 1
        name = identifier(endpoint, variant.name, self._launches)
        folder = self._folder / name
        folder.mkdir(parents=True)
        server = server_of(self._account, self.machinery, model, folder)
        self.started.append(server)
        publishes = permissions.published(self._account, model.role)
        return Instance(endpoint, variant.name, name, model.role, server, publishes)

    def _start(self, fleet: Fleet, variants: tuple[Variant, ...]) -> None:
        with self._account.kernel.external(self._durations.start):
            came = {name: each.server.start() for name, each in fleet.instances.items()}
        for instance in fleet.instances.values():
            logs.ship(self._account, instance)
        for variant in variants:
            if not came[variant.name] or not self.loads(variant):
                self._account.kernel.sleep(STARTS * _startup_timeout(variant))
                raise ProvisionFailed(refusals.failed_ping(variant.name))


def _startup_timeout(variant: Variant) -> float:
    name = "ContainerStartupHealthCheckTimeoutInSeconds"
    return float(variant.settings.get(name, DEFAULT_STARTUP_TIMEOUT))
