"""CreateEndpoint, UpdateEndpoint, their kin, and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.hosting import permissions, refusals
from sandbox.hosting.capacity import Capacity, instances
from sandbox.hosting.describe import endpoint_description
from sandbox.hosting.guardrails import guardrails_of
from sandbox.hosting.listing import page
from sandbox.hosting.machine import Endpoint
from sandbox.hosting.variants import Variant, changed, retained

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Call
    from sandbox.hosting.guardrails import Guardrails
    from sandbox.hosting.lifecycle import Lifecycle
    from sandbox.hosting.scaling import Scaling
    from sandbox.hosting.store import Store


class Endpoints:
    """Serves the operations on endpoints."""

    def __init__(
        self,
        account: Account,
        store: Store,
        capacity: Capacity,
        lifecycle: Lifecycle,
        scaling: Scaling,
    ) -> None:
        self._account = account
        self._store = store
        self._capacity = capacity
        self._lifecycle = lifecycle
        self._scaling = scaling
        for operation, handler in {
            "CreateEndpoint": self._create,
            "UpdateEndpoint": self._update,
            "UpdateEndpointWeightsAndCapacities": self._change,
            "DescribeEndpoint": self._describe,
            "DeleteEndpoint": self._delete,
            "ListEndpoints": self._list,
        }.items():
            account.gateway.serve("sagemaker", operation, handler)

    def _create(self, call: Call) -> dict[str, Any]:
        name, now = call.params["EndpointName"], self._account.kernel.now()
        arn = self._store.arn("endpoint", name)
        if any(endpoint.arn == arn for endpoint in self._store.endpoints.values()):
            raise refusals.already_exists("endpoint", arn)
        if call.params.get("DeploymentConfig"):
            raise Unsupported("The sandbox takes a DeploymentConfig with an update only.")
        config_name, variants = self._deployable(call.params["EndpointConfigName"])
        self._capacity.require(self._store.instances(), instances(variants))
        endpoint = Endpoint.create(name, arn, config_name, variants, now)
        self._store.endpoints[name] = endpoint
        self._store.tag(arn, call.params.get("Tags", []))
        self._lifecycle.deploy(endpoint)
        return {"EndpointArn": arn}

    def _update(self, call: Call) -> dict[str, Any]:
        endpoint = self._store.endpoint(call.params["EndpointName"])
        config_name, variants = self._deployable(call.params["EndpointConfigName"])
        endpoint.require_changeable()
        self._store.config(endpoint.config_name)
        variants = _retained(endpoint, variants, call.params)
        guardrails = guardrails_of(call.params, endpoint.variants, variants)
        self._require_alarms(guardrails)
        self._scaling.require_update(endpoint, variants)
        self._capacity.require(self._store.instances(), instances(variants))
        endpoint.update(config_name, variants, self._account.kernel.now(), guardrails)
        self._lifecycle.deploy(endpoint)
        return {"EndpointArn": endpoint.arn}

    def _change(self, call: Call) -> dict[str, Any]:
        endpoint = self._store.endpoint(call.params["EndpointName"])
        wanted = call.params["DesiredWeightsAndCapacities"]
        if any("ServerlessUpdateConfig" in item for item in wanted):
            raise Unsupported("The sandbox hosts no serverless variants.")
        self.change(endpoint, wanted)
        return {"EndpointArn": endpoint.arn}

    def change(self, endpoint: Endpoint, wanted: list[dict[str, Any]]) -> None:
        """Change weights or a count, as a caller or Application Auto Scaling asks."""
        endpoint.require_changeable()
        self._store.config(endpoint.config_name)
        after = changed(endpoint.variants, wanted, endpoint.arn)
        more = instances(after) - instances(endpoint.variants)
        self._capacity.require(self._store.instances(), more)
        endpoint.change(wanted, self._account.kernel.now())
        self._lifecycle.change(endpoint)

    def _describe(self, call: Call) -> dict[str, Any]:
        return endpoint_description(self._store, self._store.endpoint(call.params["EndpointName"]))

    def _delete(self, call: Call) -> None:
        endpoint = self._store.endpoint(call.params["EndpointName"])
        endpoint.require_deletable()
        self._scaling.deregister(endpoint, call.principal)
        endpoint.delete(self._account.kernel.now())
        self._lifecycle.delete(endpoint)

    def _list(self, call: Call) -> dict[str, Any]:
        found = [
            {
                "EndpointName": endpoint.name,
                "EndpointArn": endpoint.arn,
                "EndpointStatus": str(endpoint.status),
                "CreationTime": endpoint.created,
                "LastModifiedTime": endpoint.modified,
            }
            for endpoint in self._store.endpoints.values()
        ]
        return page("Endpoints", found, call.params, name="EndpointName")

    def _deployable(self, config_name: str) -> tuple[str, tuple[Variant, ...]]:
        config = self._store.config(config_name)
        for variant in config.variants:
            model = self._store.model(variant["ModelName"])
            permissions.require_volume_key(self._account, model.role, config_name)
        return config.name, tuple(Variant.of(variant) for variant in config.variants)

    def _require_alarms(self, guardrails: Guardrails | None) -> None:
        """Refuse alarms that do not exist; that the caller may see them is checked before."""
        if guardrails is None or not guardrails.alarms:
            return
        names = list(guardrails.alarms)
        answer = self._account.client("cloudwatch").describe_alarms(AlarmNames=names)
        kinds = ("MetricAlarms", "CompositeAlarms")
        known = {each["AlarmName"] for kind in kinds for each in answer.get(kind, [])}
        if unknown := [name for name in names if name not in known]:
            raise refusals.unknown_alarms(unknown)


def _retained(
    endpoint: Endpoint, variants: tuple[Variant, ...], request: dict[str, Any]
) -> tuple[Variant, ...]:
    properties = request.get("ExcludeRetainedVariantProperties", [])
    excluded = {each["VariantPropertyType"] for each in properties}
    if "DataCaptureConfig" in excluded:
        raise refusals.invalid(
            "Excluding DataCaptureConfig from the retained properties is not currently supported."
        )
    if not request.get("RetainAllVariantProperties"):
        if excluded:
            raise refusals.invalid(
                "ExcludeRetainedVariantProperties needs RetainAllVariantProperties to be true."
            )
        return variants
    return retained(endpoint.variants, variants, excluded)
