"""Application Auto Scaling where it meets hosting. Policies do not act here; bounds do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sandbox.errors import Unsupported
from sandbox.gateway import AwsError
from sandbox.hosting import refusals
from sandbox.hosting.machine import Endpoint, Status

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
        account.gateway.serve("application-autoscaling", "RegisterScalableTarget", self._register)

    def targets(self, endpoint: Endpoint) -> dict[str, dict[str, Any]]:
        """Return the scalable targets of an endpoint by variant."""
        client = self._account.client("application-autoscaling")
        pages = client.get_paginator("describe_scalable_targets").paginate(
            ServiceNamespace="sagemaker", ScalableDimension=DIMENSION
        )
        found: dict[str, dict[str, Any]] = {}
        for target in (target for page in pages for target in page["ScalableTargets"]):
            match = _RESOURCE.fullmatch(target["ResourceId"])
            if match is not None and match["endpoint"] == endpoint.name:
                found[match["variant"]] = target
        return found

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
                self.change(endpoint, [{"VariantName": name, "DesiredInstanceCount": wanted}])
                return  # One variant at a time: the endpoint is updating now.

    def _register(self, call: Call) -> dict[str, Any]:
        endpoint = self._endpoint(call.params) if _is_ours(call.params) else None
        response = self._account.gateway.forward(call)
        answer: dict[str, Any] = json.loads(response.get_data())
        if response.status_code >= 400:  # noqa: PLR2004 - HTTP's line for errors
            code = str(answer.get("__type", "ValidationException")).rpartition("#")[2]
            raise AwsError(code, str(answer.get("message", "")), response.status_code)
        if endpoint is not None:
            self.keep_within_bounds(endpoint)
        return answer

    def _endpoint(self, params: dict[str, Any]) -> Endpoint:
        if params["ScalableDimension"] != DIMENSION:
            raise Unsupported(f"The sandbox does not scale {params['ScalableDimension']}.")
        resource = params["ResourceId"]
        match = _RESOURCE.fullmatch(resource)
        if match is None:
            raise refusals.invalid(
                "Unsupported service namespace, resource type or scalable dimension: "
                f"{resource}. A variant is written endpoint/<name>/variant/<name>."
            )
        endpoint = self._store.endpoint(match["endpoint"])
        if match["variant"] not in {variant.name for variant in endpoint.variants}:
            raise refusals.invalid(f"SageMaker endpoint variant doesn't exist: {resource}")
        return endpoint


def _is_ours(params: dict[str, Any]) -> bool:
    return bool(params["ServiceNamespace"] == "sagemaker")
