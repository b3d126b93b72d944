"""Models, configurations and endpoints on SageMaker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slipway.adapters.clients import client
from slipway.adapters.hosting_faults import (
    already_exists,
    hosting_faults,
    is_absent,
)
from slipway.errors import EndpointMissing, NameTaken
from slipway.ports import EndpointState, VariantState

_COMPARED_OF_MODEL = (
    "PrimaryContainer",
    "ExecutionRoleArn",
    "EnableNetworkIsolation",
    "VpcConfig",
)
_COMPARED_OF_CONFIG = ("ProductionVariants", "DataCaptureConfig", "KmsKeyId")


class SageMakerEndpoints:
    """Implements EndpointReader, EndpointMaker, TrafficControl and EndpointRemover."""

    def describe(self, endpoint: str) -> EndpointState | None:
        """Return the endpoint's state, or None if it does not exist."""
        found = _found("describe_endpoint", EndpointName=endpoint)
        if found is None:
            return None
        return EndpointState(
            status=found["EndpointStatus"],
            config=found["EndpointConfigName"],
            failure=found.get("FailureReason", ""),
            variants=tuple(map(_variant, found.get("ProductionVariants", []))),
            baking_since=_baking_since(found.get("PendingDeploymentSummary", {})),
        )

    def create_model(self, request: Mapping[str, Any]) -> bool:
        """Create a model; False if an equal one existed; raise NameTaken for another one."""
        return _create("model", request, "ModelName", _COMPARED_OF_MODEL)

    def create_config(self, request: Mapping[str, Any]) -> bool:
        """Create an endpoint configuration; False if an equal one existed."""
        return _create("endpoint_config", request, "EndpointConfigName", _COMPARED_OF_CONFIG)

    def create_endpoint(self, endpoint: str, config: str, tags: Mapping[str, str]) -> bool:
        """Create an endpoint; False if it exists with that configuration."""
        request = {
            "EndpointName": endpoint,
            "EndpointConfigName": config,
            "Tags": [{"Key": name, "Value": value} for name, value in tags.items()],
        }
        return _create("endpoint", request, "EndpointName", ("EndpointConfigName",))

    def update_endpoint(self, endpoint: str, config: str) -> None:
        """Change the configuration, keeping the counts that scaling reached."""
        with hosting_faults():
            client("sagemaker").update_endpoint(
                EndpointName=endpoint, EndpointConfigName=config, RetainAllVariantProperties=True
            )

    def replace_fleet(self, endpoint: str, config: str) -> None:
        """Change the configuration, whose counts count and not those that scaling reached."""
        with hosting_faults():
            client("sagemaker").update_endpoint(
                EndpointName=endpoint,
                EndpointConfigName=config,
                RetainAllVariantProperties=True,
                ExcludeRetainedVariantProperties=[{"VariantPropertyType": "DesiredInstanceCount"}],
            )

    def restore_endpoint(self, endpoint: str, config: str) -> None:
        """Go back to a configuration, keeping counts; its weights count, not those reached.

        Its only variant may have come to weight 0 beside another one, and would serve nobody.
        """
        with hosting_faults():
            client("sagemaker").update_endpoint(
                EndpointName=endpoint,
                EndpointConfigName=config,
                RetainAllVariantProperties=True,
                ExcludeRetainedVariantProperties=[{"VariantPropertyType": "DesiredWeight"}],
            )

    def deploy_guarded(self, endpoint: str, config: str, deployment: Mapping[str, Any]) -> None:
        """Change the configuration as a DeploymentConfig says, keeping counts."""
        with hosting_faults():
            client("sagemaker").update_endpoint(
                EndpointName=endpoint,
                EndpointConfigName=config,
                RetainAllVariantProperties=True,
                DeploymentConfig=dict(deployment),
            )

    def set_weights(self, endpoint: str, weights: Mapping[str, float]) -> None:
        """Change the weights of variants and nothing else."""
        wanted = [{"VariantName": n, "DesiredWeight": float(w)} for n, w in weights.items()]
        self._change(endpoint, wanted)

    def set_count(self, endpoint: str, variant: str, count: int) -> None:
        """Change the count of one variant: SageMaker takes no more in one call."""
        self._change(endpoint, [{"VariantName": variant, "DesiredInstanceCount": count}])

    def _change(self, endpoint: str, wanted: list[dict[str, Any]]) -> None:
        with hosting_faults():
            client("sagemaker").update_endpoint_weights_and_capacities(
                EndpointName=endpoint, DesiredWeightsAndCapacities=wanted
            )

    def delete_endpoint(self, endpoint: str) -> None:
        """Delete an endpoint; one that is gone is no error."""
        _delete("endpoint", EndpointName=endpoint)

    def delete_config(self, name: str) -> None:
        """Delete an endpoint configuration; one that is gone is no error."""
        _delete("endpoint_config", EndpointConfigName=name)

    def delete_model(self, name: str) -> None:
        """Delete a model; one that is gone is no error."""
        _delete("model", ModelName=name)


def _variant(summary: Mapping[str, Any]) -> VariantState:
    return VariantState(
        name=summary["VariantName"],
        current_count=summary.get("CurrentInstanceCount", 0),
        desired_count=summary.get("DesiredInstanceCount", 0),
        weight=summary.get("CurrentWeight", 0.0),
        desired_weight=summary.get("DesiredWeight", 0.0),
    )


def _baking_since(pending: Mapping[str, Any]) -> str:
    """Return when a deployment began to bake; of several variants, the last one counts."""
    begun = [
        status.get("StartTime", pending.get("StartTime"))
        for variant in pending.get("ProductionVariants", [])
        for status in variant.get("VariantStatus", [])
        if status["Status"] == "Baking"
    ]
    return max(begun).isoformat() if begun else ""


def _found(operation: str, **names: str) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        with hosting_faults():
            answer: dict[str, Any] = getattr(client("sagemaker"), operation)(**names)
    except ClientError as error:
        if is_absent(error):
            return None
        raise
    return answer


def _delete(kind: str, **names: str) -> None:
    from botocore.exceptions import ClientError

    # Only what carries our tags may be deleted, and what does not exist carries none: the answer
    # would be a refusal instead of "could not find".
    if _found(f"describe_{kind}", **names) is None:
        return
    try:
        with hosting_faults():
            getattr(client("sagemaker"), f"delete_{kind}")(**names)
    except ClientError as error:
        if not is_absent(error):
            raise


def _create(kind: str, request: Mapping[str, Any], name: str, compared: tuple[str, ...]) -> bool:
    from botocore.exceptions import ClientError

    try:
        with hosting_faults():
            getattr(client("sagemaker"), f"create_{kind}")(**request)
    except ClientError as error:
        if not already_exists(error):
            raise
        # Possibly our own call, whose reply was lost: adopt what is equal, touch nothing else.
        _adopt(kind, request, name, compared)
        return False
    return True


def _adopt(kind: str, request: Mapping[str, Any], name: str, compared: tuple[str, ...]) -> None:
    found = _found(f"describe_{kind}", **{name: request[name]})
    words = kind.replace("_", " ")
    if found is None:
        raise EndpointMissing(
            f"SageMaker says that the {words} {request[name]} exists, and does not find it: one "
            "whose name differs only in case is the same to it; delete that or use another name"
        )
    differing = [part for part in compared if not _within(request.get(part), found.get(part))]
    if differing:
        raise NameTaken(
            f"The {words} {request[name]} exists and differs in {', '.join(differing)}: "
            "Slipway did not make it and leaves it alone; delete it or use another name"
        )


def _within(wanted: Any, found: Any) -> bool:
    """Tell whether all that is wanted is there; SageMaker adds defaults of its own."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            _within(value, found.get(key)) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(wanted) == len(found)
            and all(map(_within, wanted, found))
        )
    return bool(wanted == found) or wanted is None
