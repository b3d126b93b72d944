"""Policies of Application Auto Scaling that act."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import events
from sandbox.errors import Unsupported
from sandbox.hosting import PRETENDING, install
from sandbox.hosting.tracking.policy import Policy
from sandbox.kernel import Kernel
from tests.unit.sandbox_hosting.conftest import Aws, HostingAccount, variant

if TYPE_CHECKING:
    from collections.abc import Iterator

INVOCATIONS = "SageMakerVariantInvocationsPerInstance"
CONCURRENCY = "SageMakerVariantConcurrentRequestsPerModelHighResolution"
RESOURCE = "endpoint/churn/variant/live"
WHOSE = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": RESOURCE,
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
MINUTE = 60.0
DAY = 86_400.0


class TrackedAccount(HostingAccount):
    """With alarms as well."""

    def _install(self) -> None:
        self.bus = events.install(self)
        self.metrics = self.bus.metrics
        self.emitted: list[dict[str, Any]] = []
        self.hosting = install(self, machinery=PRETENDING)


class Tracked(Aws):
    """An endpoint of two instances whose target is 600 invocations a minute for each."""

    def begin(self, metric: str = INVOCATIONS, target: float = 600, **more: Any) -> None:
        self.model("m")
        self.serve(variant("live", "m"))
        self.scaling = self.client("application-autoscaling")
        self.register(MinCapacity=1, MaxCapacity=20)
        self.answer = self.scaling.put_scaling_policy(
            **WHOSE,
            PolicyName="tracking",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": target,
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
                **more,
            },
        )
        # From a full minute on, so that what is seen when can be told.
        self.kernel.advance(MINUTE - self.kernel.timestamp() % MINUTE)

    def register(self, **more: Any) -> None:
        self.scaling.register_scalable_target(**WHOSE, **more)

    def send(self, requests_per_second: float, seconds: float = DAY) -> None:
        self.account.hosting.traffic("churn", requests_per_second, seconds)

    @property
    def count(self) -> int:
        return int(self.describe()["ProductionVariants"][0]["CurrentInstanceCount"])

    def activities(self) -> list[Any]:
        found = self.scaling.describe_scaling_activities(ServiceNamespace="sagemaker")
        return list(found["ScalingActivities"])

    def alarms(self) -> list[str]:
        found = self.client("cloudwatch").describe_alarms(AlarmNamePrefix="TargetTracking-")
        return [alarm["AlarmName"] for alarm in found["MetricAlarms"]]


@pytest.fixture
def tracked() -> Iterator[Tracked]:
    account = TrackedAccount(Kernel(start=datetime(2030, 1, 7, 9, 0, tzinfo=UTC)))
    try:
        yield Tracked(account)
    finally:
        account.close()


def test_three_bad_minutes_scale_out_to_what_the_metric_needs(tracked: Tracked) -> None:
    tracked.begin()
    tracked.send(19, seconds=600)
    tracked.kernel.advance(600)
    tracked.send(50)
    tracked.kernel.advance(4 * MINUTE - 1)
    assert tracked.status() == "InService", "the third minute is not seen before the fourth ends"
    tracked.kernel.advance(1)
    assert tracked.status() == "Updating"
    (activity,) = tracked.activities()
    assert activity["StatusCode"] == "InProgress"
    assert activity["Description"] == "Setting desired instance count to 5."
    assert f"TargetTracking-{RESOURCE}-AlarmHigh" in activity["Cause"]
    tracked.reach("InService")
    assert tracked.count == 5
    (activity,) = tracked.activities()
    assert (activity["StatusCode"], activity["ResourceId"]) == ("Successful", RESOURCE)
    assert activity["EndTime"] > activity["StartTime"]


def test_one_scaling_is_not_answered_with_another_by_what_was_seen_before(tracked: Tracked) -> None:
    tracked.begin(ScaleOutCooldown=60)
    tracked.send(50)
    tracked.kernel.advance(3600)
    assert tracked.count == 5
    assert len(tracked.activities()) == 1


def test_it_scales_in_after_fifteen_minutes_and_not_below_the_minimum(tracked: Tracked) -> None:
    tracked.begin()
    tracked.send(50, seconds=1800)
    tracked.kernel.advance(1800)
    assert tracked.count == 5
    tracked.send(9)
    tracked.kernel.advance(14 * MINUTE)
    assert tracked.count == 5
    tracked.kernel.advance(5 * MINUTE)
    assert tracked.count == 1
    assert "AlarmLow" in tracked.activities()[0]["Cause"]


def test_between_the_alarms_nothing_changes(tracked: Tracked) -> None:
    tracked.begin()
    tracked.send(2 * 9.5)
    tracked.kernel.advance(7200)
    assert (tracked.count, tracked.activities()) == (2, [])


def test_nothing_happens_while_the_endpoint_is_updating(tracked: Tracked) -> None:
    tracked.begin()
    tracked.send(50)
    tracked.kernel.advance(2 * MINUTE)
    tracked.sagemaker.update_endpoint(EndpointName="churn", EndpointConfigName="first")
    tracked.kernel.advance(2 * MINUTE)
    assert tracked.activities() == []
    tracked.reach("InService")
    tracked.kernel.advance(MINUTE)
    assert tracked.activities()[0]["Description"] == "Setting desired instance count to 5."


@pytest.mark.parametrize(("way", "rate"), [("Out", 50.0), ("In", 1.0)])
def test_what_is_suspended_waits(tracked: Tracked, way: str, rate: float) -> None:
    tracked.begin()
    tracked.register(SuspendedState={f"DynamicScaling{way}Suspended": True})
    tracked.send(rate)
    tracked.kernel.advance(3600)
    assert (tracked.count, tracked.activities()) == (2, [])
    tracked.register(SuspendedState={f"DynamicScaling{way}Suspended": False})
    tracked.kernel.advance(MINUTE)
    assert tracked.status() == "Updating"


def test_scaling_in_can_be_switched_off(tracked: Tracked) -> None:
    tracked.begin(DisableScaleIn=True)
    tracked.send(1)
    tracked.kernel.advance(3600)
    assert (tracked.count, tracked.activities()) == (2, [])


def test_cooldowns_are_waited_for(tracked: Tracked) -> None:
    tracked.begin(ScaleOutCooldown=1800)
    tracked.send(50, seconds=3600)
    tracked.reach("Updating")
    tracked.reach("InService")
    came = tracked.kernel.timestamp()
    tracked.send(50, seconds=3600)
    tracked.reach("Updating")
    assert 1800 <= tracked.kernel.timestamp() - came <= 1860


def test_the_maximum_holds(tracked: Tracked) -> None:
    tracked.begin()
    tracked.register(MaxCapacity=3)
    tracked.send(100)
    tracked.kernel.advance(3600)
    assert tracked.count == 3


def test_high_resolution_is_seen_within_seconds(tracked: Tracked) -> None:
    tracked.begin(metric=CONCURRENCY, target=2)
    tracked.send(3 / 0.012, seconds=600)
    tracked.kernel.advance(600)
    # Each takes 12 ms: 8 at once, 4 in each instance.
    tracked.send(8 / 0.012)
    tracked.kernel.advance(85)
    assert tracked.status() == "InService", "the third ten seconds are seen a minute after"
    tracked.kernel.advance(10)
    assert tracked.status() == "Updating"
    tracked.reach("InService")
    assert tracked.count == 4


def test_a_refused_scaling_is_told(tracked: Tracked) -> None:
    tracked.begin()
    tracked.register(MaxCapacity=500)
    tracked.send(5000)
    tracked.kernel.advance(5 * MINUTE)
    activity = tracked.activities()[-1]
    assert activity["StatusCode"] == "Failed"
    assert "limit" in activity["StatusMessage"]
    assert tracked.status() == "InService"


def test_a_shortage_ends_an_activity_as_failed(tracked: Tracked) -> None:
    tracked.begin()
    tracked.account.hosting.capacity.refuse("ml.m5.large")
    tracked.register(MinCapacity=4)
    tracked.reach("RollingBack")
    (activity,) = tracked.activities()
    assert (activity["StatusCode"], activity["Cause"]) == (
        "Failed",
        "minimum capacity was set to 4",
    )
    assert "InsufficientInstanceCapacity" in activity["StatusMessage"]


def test_policies_show_their_alarms_and_go_with_their_target(tracked: Tracked) -> None:
    tracked.begin()
    found = tracked.scaling.describe_scaling_policies(ServiceNamespace="sagemaker")
    names = [alarm["AlarmName"] for alarm in found["ScalingPolicies"][0]["Alarms"]]
    assert sorted(names) == tracked.alarms()
    assert [alarm["AlarmName"] for alarm in tracked.answer["Alarms"]] == names
    tracked.scaling.deregister_scalable_target(**WHOSE)
    assert tracked.alarms() == []
    found = tracked.scaling.describe_scaling_policies(ServiceNamespace="sagemaker")
    assert found["ScalingPolicies"] == []


def test_a_deleted_policy_leaves_no_alarm(tracked: Tracked) -> None:
    tracked.begin()
    tracked.scaling.delete_scaling_policy(**WHOSE, PolicyName="tracking")
    assert tracked.alarms() == []
    tracked.send(50)
    tracked.kernel.advance(600)
    assert tracked.count == 2


def test_activities_can_be_asked_for_by_resource_and_in_pages(tracked: Tracked) -> None:
    tracked.begin()
    for floor in (3, 4, 5):
        tracked.register(MinCapacity=floor)
        tracked.reach("InService")
    pages = tracked.scaling.get_paginator("describe_scaling_activities")
    found = pages.paginate(
        ServiceNamespace="sagemaker", ResourceId=RESOURCE, PaginationConfig={"PageSize": 2}
    )
    told = [each["Description"] for page in found for each in page["ScalingActivities"]]
    assert told == [f"Setting desired instance count to {count}." for count in (5, 4, 3)]
    other = tracked.scaling.describe_scaling_activities(
        ServiceNamespace="sagemaker", ResourceId="endpoint/other/variant/live"
    )
    assert other["ScalingActivities"] == []


def test_what_it_cannot_track_is_refused() -> None:
    given: dict[str, Any] = {
        "TargetValue": 1.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ALBRequestCountPerTarget"},
    }
    with pytest.raises(Unsupported, match="ALBRequestCountPerTarget"):
        Policy.of("p", "arn", "churn", "live", given)


def test_a_custom_metric_has_the_dimensions_that_it_says() -> None:
    custom = {
        "Namespace": "/aws/sagemaker/Endpoints",
        "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "EndpointName", "Value": "churn"}],
        "Statistic": "Average",
        "Unit": "Percent",
    }
    given = {"TargetValue": 140.0, "CustomizedMetricSpecification": custom}
    high, low = Policy.of("p", "arn", "churn", "live", given).alarms()
    assert {**high, **custom} == high
    assert (high["Threshold"], low["Threshold"]) == pytest.approx((140, 126))
    assert (high["EvaluationPeriods"], low["EvaluationPeriods"]) == (3, 15)
