"""What the execution role must allow beyond the calls that hosting makes as it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.request import Request

from sandbox.gateway import AwsError, Call
from sandbox.hosting import refusals
from sandbox.network import NetworkDenied, NetworkMissing, Place, require

if TYPE_CHECKING:
    from sandbox.account import Account

ENDPOINT_METRICS, INSTANCE_METRICS = "AWS/SageMaker", "/aws/sagemaker/Endpoints"

_NETWORK = (
    "CreateNetworkInterface",
    "CreateNetworkInterfacePermission",
    "DeleteNetworkInterface",
    "DeleteNetworkInterfacePermission",
    "DescribeNetworkInterfaces",
    "DescribeVpcs",
    "DescribeDhcpOptions",
    "DescribeSubnets",
    "DescribeSecurityGroups",
)


def published(account: Account, role: str) -> frozenset[str]:
    """Return the namespaces of metrics that a role lets SageMaker publish.

    Metrics do not travel through the API here, so the role's policies are asked once for a fleet.
    """
    return frozenset(
        namespace
        for namespace in (ENDPOINT_METRICS, INSTANCE_METRICS)
        if _allowed(account, role, namespace)
    )


def require_volume_key(account: Account, role: str, config: str) -> None:
    """Refuse an execution role that may not use the key of a configuration's volumes.

    AWS documents the right, not how an endpoint fails without it.
    """
    try:
        _check(account, role, "kms", "CreateGrant", {"EndpointConfigName": config})
    except AwsError as error:
        raise refusals.invalid(error.message) from error


def require_network(account: Account, role: str, config: dict[str, Any]) -> None:
    """Refuse a model whose network is not there, or whose role may not let SageMaker work in it.

    AWS documents the rights, not how a model or an endpoint fails without them.
    """
    try:
        require(account, Place(config["Subnets"], config["SecurityGroupIds"]), role, _NETWORK)
    except (NetworkMissing, NetworkDenied) as error:
        raise refusals.invalid(f"VpcConfig cannot be used. {error}") from error


def _allowed(account: Account, role: str, namespace: str) -> bool:
    try:
        _check(account, role, "cloudwatch", "PutMetricData", {"Namespace": namespace})
    except AwsError:
        return False
    return True


def _check(
    account: Account, role: str, service: str, operation: str, params: dict[str, Any]
) -> None:
    principal = account.role(role, "SageMaker")
    request = Request.from_primitives("POST", account.url, {}, b"")
    account.guard.check(Call(service, operation, params, principal, request))
