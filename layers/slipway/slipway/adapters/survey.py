"""Everything in the account that releases make, listed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.faults import code_of, passing_faults
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import NAMESPACE
from slipway.adapters.schedules import EventSchedules
from slipway.domain.naming import ACCEPTED, ALARM_PREFIX, ENDPOINT_TAG
from slipway.domain.selfcheck import Account, Listed, Serving, StoredArtifact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slipway.ports import EndpointState


# What a thing answers that went after it was listed.
_GONE = frozenset({"ValidationException", "ResourceNotFound"})


class AccountSurveyor:
    """Implements Surveyor.

    Parameters
    ----------
    bucket : str
        The artifact bucket.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def survey(self, endpoints: Sequence[str]) -> Account:
        """Return the endpoints of these names, and everything else that releases make."""
        described = {name: SageMakerEndpoints().describe(name) for name in endpoints}
        return Account(
            endpoints={name: _serving(state) for name, state in described.items() if state},
            listed=_listed("sagemaker", "list_endpoints", "Endpoint"),
            configs=_listed("sagemaker", "list_endpoint_configs", "EndpointConfig"),
            models=_listed("sagemaker", "list_models", "Model"),
            alarms=_alarms(),
            targets=_targets(),
            schedules=_schedules(),
            artifacts=list(self._artifacts()),
        )

    def made_for(self, arn: str) -> str:
        """Return for which endpoint a release made a thing, by its tag; empty without one."""
        from botocore.exceptions import ClientError

        try:
            for tag in _pages("sagemaker", "list_tags", "Tags", ResourceArn=arn):
                if tag["Key"] == ENDPOINT_TAG:
                    return str(tag["Value"])
        except ClientError as error:
            if code_of(error) not in _GONE:
                raise
        return ""

    def _artifacts(self) -> Iterator[StoredArtifact]:
        """Give the present versions, by one list of all: no object has to be read."""
        asked = {"Bucket": self.bucket, "Prefix": ACCEPTED}
        for each in _pages("s3", "list_object_versions", "Versions", **asked):
            if each["IsLatest"]:
                uri, version = f"s3://{self.bucket}/{each['Key']}", str(each["VersionId"])
                yield StoredArtifact(uri, each["LastModified"], version, each["ETag"])


class AccountSweeper:
    """Implements Sweeper."""

    def remove_alarm(self, name: str) -> None:
        """Delete an alarm; one that is gone is no error."""
        CloudWatchGuards().delete_alarms([name])

    def remove_schedule(self, name: str) -> None:
        """Delete a schedule; one that is gone is no error."""
        EventSchedules().remove(name)


def _serving(state: EndpointState) -> Serving:
    weights = {variant.name: variant.weight for variant in state.variants}
    return Serving(state.status, state.config, weights)


def _listed(service: str, operation: str, kind: str) -> list[Listed]:
    found = _pages(service, operation, f"{kind}s")
    names = (f"{kind}Name", "CreationTime", f"{kind}Arn")
    return [Listed(*(each[name] for name in names)) for each in found]


def _alarms() -> list[Listed]:
    asked = {"AlarmNamePrefix": ALARM_PREFIX, "AlarmTypes": ["MetricAlarm"]}
    found = _pages("cloudwatch", "describe_alarms", "MetricAlarms", **asked)
    return [Listed(each["AlarmName"], each["AlarmConfigurationUpdatedTimestamp"]) for each in found]


def _targets() -> list[Listed]:
    found = _pages(
        "application-autoscaling",
        "describe_scalable_targets",
        "ScalableTargets",
        ServiceNamespace=NAMESPACE,
    )
    return [Listed(each["ResourceId"], each["CreationTime"]) for each in found]


def _schedules() -> list[Listed]:
    found = _pages("scheduler", "list_schedules", "Schedules", NamePrefix=ALARM_PREFIX)
    long_ago = datetime.min.replace(tzinfo=UTC)
    return [Listed(each["Name"], each.get("LastModificationDate", long_ago)) for each in found]


def _pages(service: str, operation: str, member: str, **asked: Any) -> Iterator[dict[str, Any]]:
    with passing_faults():
        for page in client(service).get_paginator(operation).paginate(**asked):
            yield from page.get(member, [])
