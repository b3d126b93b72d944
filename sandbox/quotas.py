"""Service Quotas: how many instances of a type the account may serve with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from botocore.session import get_session

from sandbox.gateway import AwsError, Call

if TYPE_CHECKING:
    from sandbox.gateway import Gateway

# AWS's own defaults differ by account and type; a number that a demonstration does not hit and a
# test can lower.
DEFAULT_LIMIT = 20

# A type of which AWS tells its default and no value of the account, as it does of some.
DEFAULT_ONLY = frozenset({"ml.m7i.48xlarge"})

_PAGE = 100


class Quotas:
    """The quotas `<type> for endpoint usage`, one for each type that SageMaker hosts on."""

    def __init__(self, gateway: Gateway, region: str, account_id: str) -> None:
        self._prefix = f"arn:aws:servicequotas:{region}:{account_id}:sagemaker"
        self._types = _hosting_types()
        self._limits: dict[str, int] = {}
        gateway.serve("service-quotas", "ListServiceQuotas", self._list_applied)
        gateway.serve("service-quotas", "ListAWSDefaultServiceQuotas", self._list_defaults)

    def limit(self, instance_type: str) -> int:
        """Return how many instances of a type endpoints may have together."""
        return self._limits.get(instance_type, DEFAULT_LIMIT)

    def set_limit(self, instance_type: str, instances: int) -> None:
        """Change a quota."""
        if instance_type not in self._types:
            raise ValueError(f"{instance_type} is no hosting type.")
        self._limits[instance_type] = instances

    def _list_applied(self, call: Call) -> dict[str, Any]:
        applied = [kind for kind in self._types if kind not in DEFAULT_ONLY]
        return self._list(call, {kind: self.limit(kind) for kind in applied})

    def _list_defaults(self, call: Call) -> dict[str, Any]:
        return self._list(call, dict.fromkeys(self._types, DEFAULT_LIMIT))

    def _list(self, call: Call, limits: dict[str, int]) -> dict[str, Any]:
        if call.params["ServiceCode"] != "sagemaker":
            raise AwsError("NoSuchResourceException", "The sandbox has SageMaker's quotas only.")
        start = int(call.params.get("NextToken") or 0)
        end = start + int(call.params.get("MaxResults") or _PAGE)
        quotas = [self._quota(kind, limit) for kind, limit in list(limits.items())[start:end]]
        more = {"NextToken": str(end)} if end < len(limits) else {}
        return {"Quotas": quotas, **more}

    def _quota(self, kind: str, limit: int) -> dict[str, Any]:
        code = f"L-{self._types.index(kind):08X}"
        return {
            "ServiceCode": "sagemaker",
            "ServiceName": "Amazon SageMaker",
            "QuotaArn": f"{self._prefix}/{code}",
            "QuotaCode": code,
            "QuotaName": f"{kind} for endpoint usage",
            "Value": float(limit),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }


@functools.cache
def _hosting_types() -> list[str]:
    model = get_session().get_service_model("sagemaker")
    return list(model.shape_for("ProductionVariantInstanceType").enum)
