"""The resource types of this area that CloudFormation creates in the sandbox.

Each is created by its service's public API, so that what AWS refuses is refused here as well, and
a property that is not honoured is an error (see `sandbox.deploy.resources.base`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sandbox.deploy.resources.base import ApiResource, tags_of

_LONGEST_SCHEDULE_NAME = 64


class Alarm(ApiResource):
    """A CloudWatch alarm; its properties are PutMetricAlarm's parameters."""

    TYPE = "AWS::CloudWatch::Alarm"
    NAME = "AlarmName"
    PROPERTIES = frozenset(
        {
            "ActionsEnabled",
            "AlarmActions",
            "AlarmDescription",
            "AlarmName",
            "ComparisonOperator",
            "DatapointsToAlarm",
            "Dimensions",
            "EvaluateLowSampleCountPercentile",
            "EvaluationPeriods",
            "ExtendedStatistic",
            "InsufficientDataActions",
            "MetricName",
            "Metrics",
            "Namespace",
            "OKActions",
            "Period",
            "Statistic",
            "Tags",
            "Threshold",
            "TreatMissingData",
            "Unit",
        }
    )
    # Templates may write numbers as text, the API does not take that.
    NUMBERS = frozenset({"DatapointsToAlarm", "EvaluationPeriods", "Period"})

    def create(self, properties: dict[str, Any]) -> None:
        """Put the alarm."""
        given = {
            name: int(value) if name in self.NUMBERS else value
            for name, value in properties.items()
        }
        if "Threshold" in given:
            given["Threshold"] = float(given["Threshold"])
        self.api("cloudwatch").put_metric_alarm(**{**given, "AlarmName": self.name})
        account = self.account
        self.ref = self.name
        place = f"{account.region}:{account.account_id}"
        self.attributes = {"Arn": f"arn:aws:cloudwatch:{place}:alarm:{self.name}"}


class Dashboard(ApiResource):
    """A CloudWatch dashboard."""

    TYPE = "AWS::CloudWatch::Dashboard"
    NAME = "DashboardName"
    PROPERTIES = frozenset({"DashboardBody", "DashboardName"})

    def create(self, properties: dict[str, Any]) -> None:
        """Put the dashboard."""
        body = properties["DashboardBody"]
        text = body if isinstance(body, str) else json.dumps(body)
        self.api("cloudwatch").put_dashboard(DashboardName=self.name, DashboardBody=text)


class ScheduleGroup(ApiResource):
    """A group of schedules."""

    TYPE = "AWS::Scheduler::ScheduleGroup"
    NAME = "Name"
    PROPERTIES = frozenset({"Name", "Tags"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the group."""
        scheduler = self.api("scheduler")
        made = scheduler.create_schedule_group(Name=self.name, Tags=tags_of(properties))
        self.attributes = {"Arn": made["ScheduleGroupArn"]}


class Schedule(ApiResource):
    """A schedule of EventBridge Scheduler."""

    TYPE = "AWS::Scheduler::Schedule"
    NAME = "Name"
    PROPERTIES = frozenset(
        {
            "Description",
            "EndDate",
            "FlexibleTimeWindow",
            "GroupName",
            "KmsKeyArn",
            "Name",
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "StartDate",
            "State",
            "Target",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the schedule."""
        given = dict(properties)
        for date in ("StartDate", "EndDate"):
            if date in given:
                given[date] = datetime.fromisoformat(given[date])
        # CloudFormation shortens names that it makes up to what the service takes.
        name = given.get("Name", self.name[:_LONGEST_SCHEDULE_NAME])
        # botocore would make up a token, another one in every run.
        named = {**given, "Name": name, "ClientToken": name}
        made = self.api("scheduler").create_schedule(**named)
        self.ref = name
        self.attributes = {"Arn": made["ScheduleArn"]}


class EventBusPolicy(ApiResource):
    """Who may put events onto a bus."""

    TYPE = "AWS::Events::EventBusPolicy"
    PROPERTIES = frozenset({"EventBusName", "Statement", "StatementId"})

    def create(self, properties: dict[str, Any]) -> None:
        """Put the statement."""
        statement = {**properties["Statement"], "Sid": properties["StatementId"]}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        bus = properties.get("EventBusName", "default")
        self.api("events").put_permission(EventBusName=bus, Policy=policy)
