"""CloudWatch: alarms, dashboards, metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import Maker, Makers, Params, everything, same_named
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.access.facts import Facts


def _put_alarm(facts: Facts, params: Params) -> Iterator[Demand]:
    arn = facts.arn("cloudwatch", f"alarm:{params['AlarmName']}")
    yield Demand("cloudwatch:PutMetricAlarm", arn, {})
    if params.get("Tags"):
        yield Demand("cloudwatch:TagResource", arn, {})


def _set_state(facts: Facts, params: Params) -> Iterator[Demand]:
    arn = facts.arn("cloudwatch", f"alarm:{params['AlarmName']}")
    yield Demand("cloudwatch:SetAlarmState", arn, {})


def _alarms(action: str) -> Maker:
    def make(facts: Facts, params: Params) -> Iterator[Demand]:
        for name in params.get("AlarmNames") or ["*"]:
            yield Demand(f"cloudwatch:{action}", facts.arn("cloudwatch", f"alarm:{name}"), {})

    return make


def _dashboards(action: str) -> Maker:
    def make(facts: Facts, params: Params) -> Iterator[Demand]:
        for name in params.get("DashboardNames") or [params["DashboardName"]]:
            arn = facts.arn("cloudwatch", f"dashboard/{name}", region=False)
            yield Demand(f"cloudwatch:{action}", arn, {})

    return make


def _put_metric_data(_facts: Facts, params: Params) -> Iterator[Demand]:
    yield Demand("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": params["Namespace"]})


MAKERS: Makers = {
    ("cloudwatch", "PutMetricAlarm"): _put_alarm,
    ("cloudwatch", "SetAlarmState"): _set_state,
    ("cloudwatch", "DescribeAlarms"): _alarms("DescribeAlarms"),
    ("cloudwatch", "DeleteAlarms"): _alarms("DeleteAlarms"),
    ("cloudwatch", "PutDashboard"): _dashboards("PutDashboard"),
    ("cloudwatch", "DeleteDashboards"): _dashboards("DeleteDashboards"),
    ("cloudwatch", "PutMetricData"): _put_metric_data,
    **same_named("cloudwatch", everything, "GetMetricData", "GetMetricStatistics", "ListMetrics"),
}
