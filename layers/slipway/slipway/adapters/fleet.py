"""The instances that the account may have, and those that it has."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, passing_faults
from slipway.adapters.hosting_faults import is_absent

if TYPE_CHECKING:
    from collections.abc import Iterator


class AccountFleet:
    """Implements Fleet; reads the account once."""

    def quota(self, instance_type: str) -> int | None:
        """Return the applied quota `<type> for endpoint usage`; None if AWS tells none."""
        return _quota_of(instance_type, self._applied)

    def default_quota(self, instance_type: str) -> int | None:
        """Return AWS's default of that quota; None if AWS tells none."""
        return _quota_of(instance_type, self._defaults)

    def running(self, instance_type: str) -> int:
        """Return how many instances of the type the account's endpoints have or ask for."""
        return sum(count for kind, count in self._instances if kind == instance_type)

    @cached_property
    def _applied(self) -> dict[str, float]:
        # Quotas of which there is only a default are left out of this list.
        return _quotas("list_service_quotas")

    @cached_property
    def _defaults(self) -> dict[str, float]:
        return _quotas("list_aws_default_service_quotas")

    @cached_property
    def _instances(self) -> list[tuple[str, int]]:
        pages = _pages("sagemaker", "list_endpoints")
        names = [each["EndpointName"] for page in pages for each in page["Endpoints"]]
        return [counted for name in names for counted in _instances_of(name)]


def _quotas(operation: str) -> dict[str, float]:
    from botocore.exceptions import ClientError

    try:
        pages = _pages("service-quotas", operation, ServiceCode="sagemaker")
        return {quota["QuotaName"]: quota["Value"] for page in pages for quota in page["Quotas"]}
    except ClientError as error:
        # Regions exist where Service Quotas does not know SageMaker.
        if code_of(error) == "NoSuchResourceException":
            return {}
        raise


def _quota_of(instance_type: str, quotas: dict[str, float]) -> int | None:
    value = quotas.get(f"{instance_type} for endpoint usage")
    return None if value is None else int(value)


def _instances_of(endpoint: str) -> Iterator[tuple[str, int]]:
    from botocore.exceptions import ClientError

    try:
        with passing_faults():
            state = client("sagemaker").describe_endpoint(EndpointName=endpoint)
            config = client("sagemaker").describe_endpoint_config(
                EndpointConfigName=state["EndpointConfigName"]
            )
    except ClientError as error:
        if is_absent(error):
            return  # deleted since it was listed
        raise
    counts = {each["VariantName"]: each for each in state.get("ProductionVariants", [])}
    for variant in config["ProductionVariants"]:
        now = counts.get(variant["VariantName"], {})
        wanted = now.get("DesiredInstanceCount", variant.get("InitialInstanceCount", 0))
        # Serverless variants have no instance type.
        if "InstanceType" in variant:
            yield variant["InstanceType"], max(wanted, now.get("CurrentInstanceCount", 0))


def _pages(service: str, operation: str, **request: Any) -> Iterator[dict[str, Any]]:
    with passing_faults():
        yield from client(service).get_paginator(operation).paginate(**request)
