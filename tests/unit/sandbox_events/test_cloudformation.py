import json

import pytest
from botocore.exceptions import ClientError

from sandbox.deploy.resources.base import ApiResource
from sandbox.errors import Unsupported
from sandbox.events import cloudformation
from tests.unit.sandbox_events.events_account import ACCOUNT, grant, make_queue, make_role, receive


def create(account, kind, **properties):
    ApiResource.account = account
    resource = {"Properties": properties}
    return kind.create_from_cloudformation_json(
        "stack-Thing-1A2B", resource, ACCOUNT, account.region
    )


ALARM = {
    "Namespace": "S",
    "MetricName": "M",
    "Statistic": "Sum",
    "Period": "60",
    "EvaluationPeriods": "1",
    "Threshold": "1",
    "ComparisonOperator": "GreaterThanThreshold",
}


def test_an_alarm_with_numbers_written_as_text(account):
    made = create(account, cloudformation.Alarm, **ALARM, TreatMissingData="notBreaching")
    shown = account.client("cloudwatch").describe_alarms()["MetricAlarms"][0]
    assert (shown["AlarmName"], shown["Threshold"], shown["Period"]) == (made.ref, 1.0, 60)
    assert made.get_cfn_attribute("Arn") == shown["AlarmArn"]


def test_a_property_that_is_not_honoured_is_refused(account):
    with pytest.raises(Unsupported, match="ThresholdMetricId"):
        create(account, cloudformation.Alarm, **ALARM, ThresholdMetricId="ad1")


def test_what_the_service_refuses_fails_the_stack(account):
    with pytest.raises(ClientError, match="multiple of 60"):
        create(account, cloudformation.Alarm, **{**ALARM, "Period": "61"})


def test_a_dashboard(account):
    body = {"widgets": []}
    create(account, cloudformation.Dashboard, DashboardName="d", DashboardBody=json.dumps(body))
    shown = account.client("cloudwatch").get_dashboard(DashboardName="d")
    assert json.loads(shown["DashboardBody"]) == body


def test_a_schedule_in_its_group_fires(account):
    url, arn = make_queue(account, "q")
    role = make_role(account, "scheduling", "scheduler")
    grant(account, "scheduling", "sqs:SendMessage", "*")
    create(account, cloudformation.ScheduleGroup, Name="nightly")
    made = create(
        account,
        cloudformation.Schedule,
        GroupName="nightly",
        ScheduleExpression="rate(1 hour)",
        StartDate="2026-01-05T10:00:00Z",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": role, "Input": "tick"},
    )
    account.kernel.advance(3601)
    assert [message["Body"] for message in receive(account, url)] == ["tick"]
    assert made.get_cfn_attribute("Arn").endswith(f"schedule/nightly/{made.ref}")


def test_a_bus_policy(account):
    account.client("events").create_event_bus(Name="b")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "events:PutEvents",
        "Resource": f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/b",
    }
    create(
        account,
        cloudformation.EventBusPolicy,
        EventBusName="b",
        StatementId="other",
        Statement=statement,
    )
    policy = json.loads(account.client("events").describe_event_bus(Name="b")["Policy"])
    assert policy["Statement"][0]["Sid"] == "other"
