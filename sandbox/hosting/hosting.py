"""SageMaker hosting, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hosting.api_configs import Configs
from sandbox.hosting.api_endpoints import Endpoints
from sandbox.hosting.api_models import Models
from sandbox.hosting.api_tags import Tags
from sandbox.hosting.capacity import Capacity
from sandbox.hosting.capture import Capture
from sandbox.hosting.lifecycle import Lifecycle
from sandbox.hosting.meter import Meter, Running
from sandbox.hosting.provision import Provisioner
from sandbox.hosting.runtime import Books, Runtime
from sandbox.hosting.scaling import Scaling
from sandbox.hosting.store import Store
from sandbox.hosting.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.account import Account
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.launching import Machinery
    from sandbox.hosting.machine import Endpoint


class Hosting:
    """Models, endpoint configurations and endpoints of an account, and what serves them.

    Attributes
    ----------
    capacity
        Quotas, and shortages: `hosting.capacity.refuse("ml.m5.large", times=1)`.
    lifecycle
        Changes of endpoints over time.
    scaling
        Where Application Auto Scaling meets endpoints.
    """

    def __init__(self, account: Account, durations: Durations, machinery: Machinery) -> None:
        self.capacity = Capacity(account.quotas.limit)
        self._store = Store(f"arn:aws:sagemaker:{account.region}:{account.account_id}")
        self._provisioner = Provisioner(account, self._store, self.capacity, durations, machinery)
        self._capture = Capture(account, durations.seed)
        meter = Meter(account, self._running)
        self.scaling = Scaling(account, self._store)
        self.lifecycle = Lifecycle(account, self._store, self._provisioner, durations)
        self.lifecycle.on_serving.append(lambda _: meter.watch())
        self.lifecycle.on_leaving.append(self._capture.flush_endpoint)
        self._traffic = Traffic(account, self.lifecycle, meter, durations)
        account.guard.tags_of = lambda arn: self._store.tags.get(arn, {})
        Models(account, self._store)
        Configs(account, self._store)
        Tags(account, self._store)
        endpoints = Endpoints(account, self._store, self.capacity, self.lifecycle, self.scaling)
        self.scaling.change = endpoints.change
        Runtime(account, self._store, self.lifecycle, Books(meter, self._capture))

    def endpoint(self, name: str) -> Endpoint:
        """Return an endpoint's present state; refuse an unknown one as SageMaker does."""
        return self._store.endpoint(name)

    def traffic(self, endpoint: str, requests_per_second: float, seconds: float) -> None:
        """Send modelled requests to an endpoint from now on; see `sandbox.hosting.traffic`."""
        self._store.endpoint(endpoint)
        self._traffic.send(endpoint, requests_per_second, seconds)

    def processes(self) -> list[int]:
        """Return the process ids of the model servers that run."""
        return self._provisioner.processes()

    def close(self) -> None:
        """End every process."""
        self._provisioner.close()

    def _running(self) -> Iterator[Running]:
        for name in list(self.lifecycle.fleets):
            found = self.lifecycle.serving(name)
            for variant in found[0].variants if found else ():
                publishes = found[1].instances[variant.name].publishes if found else frozenset()
                yield Running(name, variant.name, variant.count, publishes)
