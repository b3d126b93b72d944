"""What the execution role must allow beyond the calls that hosting makes as it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.core.request import Request

from sandbox.gateway import AwsError, Call

if TYPE_CHECKING:
    from sandbox.account import Account

ENDPOINT_METRICS, INSTANCE_METRICS = "AWS/SageMaker", "/aws/sagemaker/Endpoints"


def published(account: Account, role: str) -> frozenset[str]:
    """Return the namespaces of metrics that a role lets SageMaker publish.

    Metrics do not travel through the API here, so the role's policies are asked once for a fleet.
    """
    return frozenset(
        namespace
        for namespace in (ENDPOINT_METRICS, INSTANCE_METRICS)
        if _allowed(account, role, namespace)
    )


def _allowed(account: Account, role: str, namespace: str) -> bool:
    principal = account.role(role, "SageMaker")
    request = Request.from_primitives("POST", account.url, {}, b"")
    params = {"Namespace": namespace}
    try:
        account.guard.check(Call("cloudwatch", "PutMetricData", params, principal, request))
    except AwsError:
        return False
    return True
