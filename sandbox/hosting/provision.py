"""Bringing a new fleet into service, or saying why it did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.errors import Unsupported
from sandbox.gateway import AwsError
from sandbox.hosting import artifact, environments, logs, permissions, refusals
from sandbox.hosting.artifact import ProvisionFailed
from sandbox.hosting.durations import DEFAULT_STARTUP_TIMEOUT, STARTS
from sandbox.hosting.fleet import Fleet, Instance, identifier
from sandbox.hosting.images import image_of
from sandbox.hosting.process import Launch, ModelServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.account import Account
    from sandbox.hosting.capacity import Capacity
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.images import Image
    from sandbox.hosting.store import Model, Store
    from sandbox.hosting.variants import Variant


class Machinery(NamedTuple):
    """What real work needs; tests of time alone put something quicker in.

    Attributes
    ----------
    python
        Returns the interpreter of an image's environment, made if it is missing.
    server
        Makes a model server, not yet started.
    """

    python: Callable[[Image], Path] = environments.ensure
    server: Callable[[Launch], ModelServer] = ModelServer


class Provisioner:
    """Makes fleets; every process that it started is among `started` until it has ended."""

    def __init__(
        self,
        account: Account,
        store: Store,
        capacity: Capacity,
        durations: Durations,
        machinery: Machinery,
    ) -> None:
        self._machinery = machinery
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
        server = self._server(model, folder)
        self.started = [other for other in self.started if other.alive]
        self.started.append(server)
        publishes = permissions.published(self._account, model.role)
        return Instance(endpoint, variant.name, name, model.role, server, publishes)

    def _server(self, model: Model, folder: Path) -> ModelServer:
        image = image_of(model.container["Image"])
        uri = artifact.location(model.container)
        if uri is not None:
            archive = artifact.download(self._account, uri, model.role, folder)
            artifact.unpack(archive, uri, folder / "model")
        environment = _environment(model, folder)
        try:
            with self._account.kernel.external():
                python = self._machinery.python(image)
                packages = _install(model, environment, python, folder)
        except Unsupported as error:
            raise ProvisionFailed(f"A limit of the sandbox: {error}") from error
        return self._machinery.server(
            Launch(image.framework, python, folder, environment, packages)
        )

    def _start(self, fleet: Fleet, variants: tuple[Variant, ...]) -> None:
        with self._account.kernel.external(self._durations.start):
            came = {name: each.server.start() for name, each in fleet.instances.items()}
        for instance in fleet.instances.values():
            logs.ship(self._account, instance)
        for variant in variants:
            if not came[variant.name]:
                self._account.kernel.sleep(STARTS * _startup_timeout(variant))
                raise ProvisionFailed(refusals.failed_ping(variant.name))


def _startup_timeout(variant: Variant) -> float:
    name = "ContainerStartupHealthCheckTimeoutInSeconds"
    return float(variant.settings.get(name, DEFAULT_STARTUP_TIMEOUT))


def _environment(model: Model, folder: Path) -> dict[str, str]:
    """Return the container's variables, with the sandbox's place of /opt/ml/model."""
    given = {str(key): str(value) for key, value in model.container.get("Environment", {}).items()}
    code = given.get("SAGEMAKER_SUBMIT_DIRECTORY")
    if code:
        inside = code.removeprefix(artifact.MODEL_FOLDER)
        given["SAGEMAKER_SUBMIT_DIRECTORY"] = f"{folder / 'model'}{inside}"
    return given


def _install(model: Model, environment: dict[str, str], python: Path, folder: Path) -> Path | None:
    """Install the requirements of the user's code; what fails is in the container's log."""
    code = environment.get("SAGEMAKER_SUBMIT_DIRECTORY")
    if not code:
        return None
    packages = folder / "packages"
    isolated = bool(model.request.get("EnableNetworkIsolation"))
    artifact.install_requirements(
        folder / code, python, packages, folder / "log.txt", isolated=isolated
    )
    return packages if packages.exists() else None
