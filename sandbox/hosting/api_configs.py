"""CreateEndpointConfig and its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.hosting import refusals
from sandbox.hosting.listing import page
from sandbox.hosting.store import Config

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Call
    from sandbox.hosting.store import Store

_MOST_VARIANTS = 10
_UNSUPPORTED = (
    "AsyncInferenceConfig",
    "CrossRegionTrafficConfig",
    "ExecutionRoleArn",
    "ExplainerConfig",
    "MetricsConfig",
    "ShadowProductionVariants",
    "VpcConfig",
)
_SUPPORTED_OF_VARIANT = {
    "VariantName",
    "ModelName",
    "InitialInstanceCount",
    "InstanceType",
    "InitialVariantWeight",
    "VolumeSizeInGB",
    "ModelDataDownloadTimeoutInSeconds",
    "ContainerStartupHealthCheckTimeoutInSeconds",
    "RoutingConfig",
}


class Configs:
    """Serves the operations on endpoint configurations."""

    def __init__(self, account: Account, store: Store) -> None:
        self._account = account
        self._store = store
        for operation, handler in {
            "CreateEndpointConfig": self._create,
            "DescribeEndpointConfig": self._describe,
            "DeleteEndpointConfig": self._delete,
            "ListEndpointConfigs": self._list,
        }.items():
            account.gateway.serve("sagemaker", operation, handler)

    def _create(self, call: Call) -> dict[str, Any]:
        request = call.params
        name = request["EndpointConfigName"]
        arn = self._store.arn("endpoint-config", name)
        if any(config.arn == arn for config in self._store.configs.values()):
            raise refusals.already_exists("endpoint configuration", arn)
        _require_supported(request)
        self._require_variants(request["ProductionVariants"])
        self._store.configs[name] = Config(name, arn, self._account.kernel.now(), request)
        self._store.tag(arn, request.get("Tags", []))
        return {"EndpointConfigArn": arn}

    def _describe(self, call: Call) -> dict[str, Any]:
        config = self._store.config(call.params["EndpointConfigName"])
        shown = {key: value for key, value in config.request.items() if key != "Tags"}
        variants = [{"InitialVariantWeight": 1.0, **variant} for variant in config.variants]
        own = {"EndpointConfigArn": config.arn, "CreationTime": config.created}
        return {**shown, **own, "ProductionVariants": variants}

    def _delete(self, call: Call) -> None:
        # SageMaker lets a configuration go that an endpoint uses; the endpoint's next change is
        # what fails.
        config = self._store.config(call.params["EndpointConfigName"])
        del self._store.configs[config.name]
        self._store.tags.pop(config.arn, None)

    def _list(self, call: Call) -> dict[str, Any]:
        found = [
            {
                "EndpointConfigName": config.name,
                "EndpointConfigArn": config.arn,
                "CreationTime": config.created,
            }
            for config in self._store.configs.values()
        ]
        return page("EndpointConfigs", found, call.params, name="EndpointConfigName")

    def _require_variants(self, variants: list[dict[str, Any]]) -> None:
        names = [variant["VariantName"] for variant in variants]
        if len(variants) > _MOST_VARIANTS:
            raise refusals.invalid(
                f"An endpoint configuration has at most {_MOST_VARIANTS} variants, "
                f"not {len(names)}."
            )
        if len(set(names)) < len(names):
            raise refusals.invalid(f"Variant names must be unique: {names}.")
        for variant in variants:
            self._require_variant(variant)
        if not sum(variant.get("InitialVariantWeight", 1.0) for variant in variants) > 0:
            raise refusals.invalid("The weights of all variants together must be above 0.")

    def _require_variant(self, variant: dict[str, Any]) -> None:
        unknown = sorted(set(variant) - _SUPPORTED_OF_VARIANT)
        if unknown:
            raise Unsupported(f"The sandbox does not host variants with {', '.join(unknown)}.")
        for member in ("ModelName", "InstanceType", "InitialInstanceCount"):
            if member not in variant:
                raise refusals.invalid(f"{member} must be specified for {variant['VariantName']}.")
        self._store.model(variant["ModelName"])


def _require_supported(request: dict[str, Any]) -> None:
    for member in _UNSUPPORTED:
        if request.get(member):
            raise Unsupported(f"The sandbox does not host endpoints with {member}.")
