"""Application Auto Scaling where it meets hosting: bounds, and what policies ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sandbox.errors import Unsupported
from sandbox.gateway import AwsError
from sandbox.hosting import refusals
from sandbox.hosting.machine import Endpoint, Status
from sandbox.hosting.tracking import Activities, Tracker
from sandbox.hosting.tracking.tracker import forwarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account
    from sandbox.gateway import Call, Principal
    from sandbox.hosting.store import Store
    from sandbox.hosting.variants import Variant

DIMENSION = "sagemaker:variant:DesiredInstanceCount"

_RESOURCE = re.compile(r"endpoint/(?P<endpoint>[^/]+)/variant/(?P<variant>[^/]+)")
_MAY_NOT_DEREGISTER = (
    "An Application AutoScaling scalable target exists for a variant being deleted, and the IAM "
    "identity used to invoke DeleteEndpoint does not have "
    "application-autoscaling:DeregisterScalableTarget permission to deregister the scalable target."
)


class Scaling:
    """Checks scalable targets against endpoints, and keeps counts within their bounds.

    Attributes
    ----------
    change
        Changes the count of a variant; the endpoints' own operation, set when they exist.
    """

    change: Callable[[Endpoint, list[dict[str, Any]]], None]

    def __init__(self, account: Account, store: Store) -> None:
        self._account = account
        self._store = store
        self._activities = Activities(account, DIMENSION)
        self._tracker = Tracker(account, self._locate, self._scale)
        account.gateway.serve("application-autoscaling", "RegisterScalableTarget", self._register)

    def served(self, endpoint: Endpoint) -> None:
        """Note that an endpoint is in service after a change."""
        self._activities.served(endpoint)
        self._tracker.served(endpoint)

    def fell_back(self, endpoint: Endpoint, reason: str) -> None:
        """Note that a change of an endpoint failed."""
        self._activities.fell_back(endpoint, reason)

    def targets(self, endpoint: Endpoint) -> dict[str, dict[str, Any]]:
        """Return the scalable targets of an endpoint by variant."""
        client = self._account.client("application-autoscaling")
        # By name: among a thousand endpoints nobody else's are looked at.
        names = {_resource(endpoint, variant.name): variant.name for variant in endpoint.variants}
        if not names:
            return {}
        answer = client.describe_scalable_targets(
            ServiceNamespace="sagemaker", ScalableDimension=DIMENSION, ResourceIds=list(names)
        )
        return {names[target["ResourceId"]]: target for target in answer["ScalableTargets"]}

    def require_update(self, endpoint: Endpoint, variants: tuple[Variant, ...]) -> None:
        """Refuse an update that removes a scaled variant or changes its instance type."""
        after = {variant.name: variant.instance_type for variant in variants}
        before = {variant.name: variant.instance_type for variant in endpoint.variants}
        lost = [name for name in self.targets(endpoint) if after.get(name) != before.get(name)]
        if lost:
            raise refusals.scaled_variant(sorted(lost))

    def deregister(self, endpoint: Endpoint, principal: Principal) -> None:
        """Deregister the targets of an endpoint that goes, with its deleter's permissions."""
        client = self._account.client("application-autoscaling", principal)
        for target in self.targets(endpoint).values():
            try:
                client.deregister_scalable_target(
                    ServiceNamespace="sagemaker",
                    ResourceId=target["ResourceId"],
                    ScalableDimension=DIMENSION,
                )
            except ClientError as error:
                raise refusals.invalid(_MAY_NOT_DEREGISTER) from error

    def keep_within_bounds(self, endpoint: Endpoint) -> None:
        """Scale a variant whose count is outside its bounds; nothing while the endpoint changes."""
        if endpoint.status is not Status.IN_SERVICE:
            return
        for name, target in self.targets(endpoint).items():
            count = next(each.count for each in endpoint.variants if each.name == name)
            wanted = min(max(count, target["MinCapacity"]), target["MaxCapacity"])
            if wanted != count:
                side, bound = ("min", "Min") if wanted > count else ("max", "Max")
                cause = f"{side}imum capacity was set to {target[f'{bound}Capacity']}"
                self._change(endpoint, name, wanted, cause)
                return  # One variant at a time: the endpoint is updating now.

    def _scale(self, endpoint: Endpoint, variant: str, wanted: int, cause: str) -> bool:
        """Set the count that a policy wants, within bounds and unless that is suspended."""
        target = self.targets(endpoint).get(variant)
        if target is None:
            return False
        count = next(each.count for each in endpoint.variants if each.name == variant)
        suspended = target.get("SuspendedState") or {}
        way = "Out" if wanted > count else "In"
        wanted = min(max(wanted, target["MinCapacity"]), target["MaxCapacity"])
        if suspended.get(f"DynamicScaling{way}Suspended") or wanted == count:
            return False
        return self._change(endpoint, variant, wanted, cause)

    def _change(self, endpoint: Endpoint, variant: str, wanted: int, cause: str) -> bool:
        activity = self._activities.begin(endpoint, variant, wanted, cause)
        try:
            self.change(endpoint, [{"VariantName": variant, "DesiredInstanceCount": wanted}])
        except AwsError as error:
            self._activities.fail(activity, error.message)
            return False
        return True

    def _register(self, call: Call) -> dict[str, Any]:
        endpoint = self._endpoint(call.params) if _is_ours(call.params) else None
        answer = forwarded(self._account, call)
        if endpoint is not None:
            self.keep_within_bounds(endpoint)
        return answer

    def _endpoint(self, params: dict[str, Any]) -> Endpoint:
        if params["ScalableDimension"] != DIMENSION:
            raise Unsupported(f"The sandbox does not scale {params['ScalableDimension']}.")
        endpoint, _ = self._locate(params["ResourceId"])
        return endpoint

    def _locate(self, resource: str) -> tuple[Endpoint, str]:
        match = _RESOURCE.fullmatch(resource)
        if match is None:
            raise refusals.invalid(
                "Unsupported service namespace, resource type or scalable dimension: "
                f"{resource}. A variant is written endpoint/<name>/variant/<name>."
            )
        endpoint = self._store.endpoint(match["endpoint"])
        if match["variant"] not in {variant.name for variant in endpoint.variants}:
            raise refusals.invalid(f"SageMaker endpoint variant doesn't exist: {resource}")
        return endpoint, match["variant"]


def _resource(endpoint: Endpoint, variant: str) -> str:
    return f"endpoint/{endpoint.name}/variant/{variant}"


def _is_ours(params: dict[str, Any]) -> bool:
    return bool(params["ServiceNamespace"] == "sagemaker")
