"""SageMaker hosting, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hosting.api_configs import Configs
from sandbox.hosting.api_endpoints import Endpoints
from sandbox.hosting.api_models import Models
from sandbox.hosting.api_tags import Tags
from sandbox.hosting.behaviour import Behaviours
from sandbox.hosting.capacity import Capacity
from sandbox.hosting.capture import Capture
from sandbox.hosting.lifecycle import Lifecycle
from sandbox.hosting.meter import Meter, Running, sources
from sandbox.hosting.provision import Provisioner
from sandbox.hosting.routing import Routing
from sandbox.hosting.runtime import Books, Runtime
from sandbox.hosting.runtime import Models as Answering
from sandbox.hosting.scaling import Scaling
from sandbox.hosting.store import Store
from sandbox.hosting.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.account import Account
    from sandbox.hosting.behaviour import Behaviour
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.launching import Machinery
    from sandbox.hosting.machine import Endpoint
    from sandbox.hosting.tally import TrafficLog
    from sandbox.hosting.traffic import Load
    from sandbox.hosting.variants import Variant


class Hosting:
    """Models, endpoint configurations and endpoints of an account, and what serves them.

    Attributes
    ----------
    capacity
        Quotas, and shortages: `hosting.capacity.refuse("ml.m5.large", times=1)`.
    lifecycle
        Changes of endpoints over time, and trouble with them:
        `hosting.lifecycle.troubles.add(Trouble(reason="...", seconds=600))`.
    durations
        How long things take; its ranges may be set.
    scaling
        Where Application Auto Scaling meets endpoints.
    """

    def __init__(self, account: Account, durations: Durations, machinery: Machinery) -> None:
        self.durations = durations
        self.capacity = Capacity(account.quotas.limit)
        self._store = Store(f"arn:aws:sagemaker:{account.region}:{account.account_id}")
        self._routing = Routing(self._store, durations.seed)
        self._behaviours = Behaviours()
        self._provisioner = Provisioner(account, self._store, self.capacity, durations, machinery)
        self._provisioner.loads = self._loads
        self._capture = Capture(account, durations.seed)
        meter = Meter(account, self._running, durations)
        self.scaling = Scaling(account, self._store)
        self.lifecycle = Lifecycle(
            account, self._store, self._provisioner, self._routing, durations
        )
        self.lifecycle.on_serving.append(lambda _: meter.watch())
        self.lifecycle.on_serving.append(self.scaling.served)
        self.lifecycle.on_failing.append(self.scaling.fell_back)
        self.lifecycle.on_leaving.append(self._capture.flush_endpoint)
        self._traffic = Traffic(account, self._routing, meter, self._behaviours, durations)
        self._serve_api(account)
        models = Answering(self._routing, self._behaviours, durations)
        Runtime(account, self._store, models, Books(meter, self._capture))

    def endpoint(self, name: str) -> Endpoint:
        """Return an endpoint's present state; refuse an unknown one as SageMaker does."""
        return self._store.endpoint(name)

    def find(self, name: str) -> Endpoint | None:
        """Return an endpoint's present state, or None where there is none of that name."""
        return self._store.endpoints.get(name)

    def traffic(self, endpoint: str, requests_per_second: float, seconds: float) -> None:
        """Send modelled requests to an endpoint from now on; see `sandbox.hosting.traffic`."""
        self._store.endpoint(endpoint)
        self._traffic.send(endpoint, requests_per_second, seconds)

    def carry(self, endpoint: str, load: Load, seconds: float) -> None:
        """Let a model of users and servers act on an endpoint from now on."""
        self._traffic.carry(endpoint, load, seconds)

    def behave(self, pattern: str, behaviour: Behaviour) -> None:
        """Choose how the models or variants whose name matches behave from now on.

        In modelled load and in real invocations alike; the newest choice that matches counts.
        """
        self._behaviours.choose(pattern, behaviour)
        for name in self._store.endpoints:
            self._traffic.interrupt(name)

    def seed_traffic(self, seed: int) -> None:
        """Draw the fates of modelled requests from another seed."""
        self._traffic.seed(seed)

    @property
    def traffic_log(self) -> TrafficLog:
        """What users met, by variant and minute."""
        return self._traffic.log

    def use(self, machinery: Machinery) -> None:
        """Make the model servers of further fleets in another way."""
        self._provisioner.machinery = machinery

    def processes(self) -> list[int]:
        """Return the process ids of the model servers that run."""
        return self._provisioner.processes()

    def close(self) -> None:
        """End every process."""
        self._provisioner.close()

    def _serve_api(self, account: Account) -> None:
        account.guard.tags_of = lambda arn: self._store.tags.get(arn, {})
        account.guard.facts.keys.key_of_configuration = self._store.key_of_configuration
        account.guard.facts.keys.key_of_endpoint = self._store.key_of_endpoint
        Models(account, self._store)
        Configs(account, self._store)
        Tags(account, self._store)
        endpoints = Endpoints(account, self._store, self.capacity, self.lifecycle, self.scaling)
        self.scaling.change = endpoints.change

    def _loads(self, variant: Variant) -> bool:
        behaviour = self._behaviours.of(variant)
        return behaviour is None or behaviour.loads

    def _running(self) -> Iterator[Running]:
        for name in list(self._routing.fleets):
            for route in self._routing.routes(name):
                for source in sources(route):
                    yield Running(source, route.instances, route.instance.publishes)
