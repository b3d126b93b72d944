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

_PAGE = 100


class Quotas:
    """The quotas `<type> for endpoint usage`, one for each type that SageMaker hosts on."""

    def __init__(self, gateway: Gateway, region: str, account_id: str) -> None:
        self._prefix = f"arn:aws:servicequotas:{region}:{account_id}:sagemaker"
        self._types = _hosting_types()
        self._limits: dict[str, int] = {}
        gateway.serve("service-quotas", "ListServiceQuotas", self._list)

    def limit(self, instance_type: str) -> int:
        """Return how many instances of a type endpoints may have together."""
        return self._limits.get(instance_type, DEFAULT_LIMIT)

    def set_limit(self, instance_type: str, instances: int) -> None:
        """Change a quota."""
        if instance_type not in self._types:
            raise ValueError(f"{instance_type} is no hosting type.")
        self._limits[instance_type] = instances

    def _list(self, call: Call) -> dict[str, Any]:
        if call.params["ServiceCode"] != "sagemaker":
            raise AwsError("NoSuchResourceException", "The sandbox has SageMaker's quotas only.")
        start = int(call.params.get("NextToken") or 0)
        end = start + int(call.params.get("MaxResults") or _PAGE)
        quotas = [self._quota(number) for number in range(start, min(end, len(self._types)))]
        more = {"NextToken": str(end)} if end < len(self._types) else {}
        return {"Quotas": quotas, **more}

    def _quota(self, number: int) -> dict[str, Any]:
        code = f"L-{number:08X}"
        return {
            "ServiceCode": "sagemaker",
            "ServiceName": "Amazon SageMaker",
            "QuotaArn": f"{self._prefix}/{code}",
            "QuotaCode": code,
            "QuotaName": f"{self._types[number]} for endpoint usage",
            "Value": float(self.limit(self._types[number])),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }


@functools.cache
def _hosting_types() -> list[str]:
    model = get_session().get_service_model("sagemaker")
    return list(model.shape_for("ProductionVariantInstanceType").enum)
