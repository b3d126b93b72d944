import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from sandbox.gateway import Fault
from tests.unit.sandbox_events.events_account import ACCOUNT, grant, make_queue, make_role, receive

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:judge"
MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:drift"
OFF = {"Mode": "OFF"}
HOUR = 3600


@pytest.fixture
def queue(account):
    url, arn = make_queue(account, "q")
    role = make_role(account, "scheduling", "scheduler")
    grant(account, "scheduling", "sqs:SendMessage", "*")
    return url, {"Arn": arn, "RoleArn": role, "Input": "tick"}


@pytest.fixture
def create(account, queue):
    def make(expression, **settings):
        given = {
            "Name": "s",
            "ScheduleExpression": expression,
            "FlexibleTimeWindow": OFF,
            "Target": queue[1],
            **settings,
        }
        return account.client("scheduler").create_schedule(**given)

    return make


def at(hour, minute=0, day=5):
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def ticks(account, queue):
    """Return when the queue got messages, as hours and minutes."""
    found = []
    for message in receive(account, queue[0]):
        found.append(message["Body"])
    return found


def test_cron_in_its_time_zone(account, queue, create):
    target = {**queue[1], "Input": "<aws.scheduler.scheduled-time>"}
    zone = {"ScheduleExpressionTimezone": "Europe/Berlin"}
    create("cron(0 12 * * ? *)", Target=target, **zone)
    account.kernel.advance(48 * HOUR)
    assert ticks(account, queue) == ["2026-01-05T11:00:00Z", "2026-01-06T11:00:00Z"]


def test_a_rate_begins_at_once_and_goes_on(account, queue, create):
    create("rate(20 minutes)")
    account.kernel.advance(HOUR - 1)
    assert len(ticks(account, queue)) == 3


def test_a_rate_begins_at_its_start_date_and_ends_at_its_end_date(account, queue, create):
    create("rate(10 minutes)", StartDate=at(10), EndDate=at(10, 25))
    account.kernel.advance(HOUR - 1)
    assert ticks(account, queue) == []
    account.kernel.advance(5 * HOUR)
    assert len(ticks(account, queue)) == 3


def test_a_one_time_schedule_deletes_itself_when_asked_to(account, queue, create):
    create("at(2026-01-05T10:00:00)", ActionAfterCompletion="DELETE")
    account.kernel.advance(2 * HOUR)
    assert ticks(account, queue) == ["tick"]
    with pytest.raises(ClientError, match="ResourceNotFoundException.*s does not exist"):
        account.client("scheduler").get_schedule(Name="s")


def test_a_one_time_schedule_stays_otherwise(account, queue, create):
    create("at(2026-01-05T10:00:00)")
    account.kernel.advance(2 * HOUR)
    assert account.client("scheduler").get_schedule(Name="s")["State"] == "ENABLED"


def test_disabling_and_enabling(account, queue, create):
    create("rate(10 minutes)", State="DISABLED")
    account.kernel.advance(HOUR)
    assert ticks(account, queue) == []
    given = {"Name": "s", "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF}
    account.client("scheduler").update_schedule(**given, Target=queue[1])
    account.kernel.advance(HOUR - 1)
    assert len(ticks(account, queue)) == 1


def test_deleting_stops_it(account, queue, create):
    create("rate(10 minutes)", StartDate=at(10))
    account.client("scheduler").delete_schedule(Name="s")
    account.kernel.advance(5 * HOUR)
    assert ticks(account, queue) == []


def test_deleting_a_group_deletes_its_schedules(account, queue, create):
    scheduler = account.client("scheduler")
    scheduler.create_schedule_group(Name="nightly")
    create("rate(10 minutes)", GroupName="nightly", StartDate=at(10))
    scheduler.delete_schedule_group(Name="nightly")
    account.kernel.advance(5 * HOUR)
    assert ticks(account, queue) == []
    with pytest.raises(ClientError, match="Schedule group nightly does not exist"):
        create("rate(10 minutes)", GroupName="nightly")


def test_a_flexible_window_delivers_within_it_and_repeats_with_the_seed(account, queue, create):
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30}
    create("at(2026-01-05T10:00:00)", FlexibleTimeWindow=window)
    account.kernel.advance(HOUR)
    early = len(ticks(account, queue))
    account.kernel.advance(30 * 60)
    assert early + len(ticks(account, queue)) == 1


def test_a_function_is_called_as_the_role_with_schedulers_own_event(account, create):
    role = make_role(account, "caller", "scheduler")
    grant(account, "caller", "lambda:InvokeFunction", FUNCTION)
    create("at(2026-01-05T10:00:00)", Target={"Arn": FUNCTION, "RoleArn": role})
    account.kernel.advance(2 * HOUR)
    arn, event, principal = account.invoked[0]
    assert (arn, principal.arn) == (FUNCTION, role)
    assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert event["resources"] == [f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/default/s"]


def test_a_universal_target_calls_the_api(account, queue, create):
    url, _ = queue
    arn = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
    body = json.dumps({"QueueUrl": url, "MessageBody": "<aws.scheduler.schedule-arn>"})
    create("at(2026-01-05T10:00:00)", Target={**queue[1], "Arn": arn, "Input": body})
    account.kernel.advance(2 * HOUR)
    assert ticks(account, queue)[0].endswith("schedule/default/s")


def test_a_state_machine_and_an_event_bus(account, queue, create):
    role = make_role(account, "starter", "scheduler")
    grant(account, "starter", "states:StartExecution", MACHINE)
    grant(account, "starter", "events:PutEvents", "*")
    create("at(2026-01-05T10:00:00)", Target={"Arn": MACHINE, "RoleArn": role, "Input": "{}"})
    seen, seen_arn = make_queue(account, "seen", service="events")
    events = account.client("events")
    events.put_rule(Name="r", EventPattern='{"source": ["night"]}')
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": seen_arn}])
    bus = {
        "Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default",
        "RoleArn": role,
        "Input": '{"a": 1}',
        "EventBridgeParameters": {"Source": "night", "DetailType": "Rest"},
    }
    create("at(2026-01-05T10:00:00)", Name="bus", Target=bus)
    account.kernel.advance(2 * HOUR)
    assert account.started[0][0]["stateMachineArn"] == MACHINE
    event = json.loads(receive(account, seen)[0]["Body"])
    assert (event["detail-type"], event["detail"]) == ("Rest", {"a": 1})


class TestFailures:
    def test_failed_calls_are_retried(self, account, queue, create):
        create("at(2026-01-05T10:00:00)")
        account.gateway.faults.add(Fault("sqs", "SendMessage", "ServiceUnavailable", times=2))
        account.kernel.advance(2 * HOUR)
        assert ticks(account, queue) == ["tick"]

    def test_in_the_end_a_letter_says_what_was_to_happen(self, account, queue, create):
        dead_url, dead = make_queue(account, "dead")
        policy = {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 3600}
        target = {**queue[1], "Arn": FUNCTION, "Input": '{"a": 1}', "RetryPolicy": policy}
        create("at(2026-01-05T10:00:00)", Target={**target, "DeadLetterConfig": {"Arn": dead}})
        account.kernel.advance(3 * HOUR)
        letter = receive(account, dead_url)[0]
        said = {k: v["StringValue"] for k, v in letter["MessageAttributes"].items()}
        assert letter["Body"] == '{"a": 1}'
        assert said["SCHEDULE_ARN"].endswith("schedule/default/s")
        assert said["SCHEDULED_TIME"] == "2026-01-05T10:00:00Z"
        assert said["TARGET_ARN"] == FUNCTION
        assert said["ERROR_CODE"] == "NO_PERMISSIONS"

    def test_without_a_queue_it_is_lost_and_recorded(self, account, queue, create):
        create("at(2026-01-05T10:00:00)", Target={**queue[1], "Arn": FUNCTION, "Input": "{}"})
        account.kernel.advance(2 * HOUR)
        assert account.bus.lost[0].target == FUNCTION


class TestRefusals:
    @pytest.mark.parametrize(
        ("expression", "settings", "problem"),
        [
            ("cron(0 12 * * * *)", {}, "Invalid Schedule Expression"),
            ("rate(1 hour)", {"Name": "x" * 65}, "ValidationException"),
            ("rate(1 hour)", {"Name": "a b"}, "ValidationException"),
            ("rate(1 hour)", {"GroupName": "none"}, "Schedule group none does not exist"),
            ("rate(1 hour)", {"ScheduleExpressionTimezone": "Mars/Base"}, "Timezone"),
            ("rate(1 hour)", {"StartDate": at(8)}, "earlier than 5 minutes ago"),
            ("rate(1 hour)", {"EndDate": at(8)}, "must be in the future"),
            ("rate(1 hour)", {"StartDate": at(12), "EndDate": at(11)}, "come after the StartDate"),
            ("rate(1 hour)", {"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "needs a maximum"),
            (
                "rate(1 hour)",
                {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
                "must not have a maximum",
            ),
        ],
    )
    def test_settings(self, create, expression, settings, problem):
        with pytest.raises(ClientError, match=problem):
            create(expression, **settings)

    @pytest.mark.parametrize(
        ("arn", "problem"),
        [
            ("arn:aws:scheduler:::aws-sdk:sqs:receiveMessage", "read-only operations"),
            ("arn:aws:scheduler:::aws-sdk:sqs:makeTea", "not a valid target"),
            ("arn:aws:kinesis:us-east-1:1:stream/s", "Scheduler target"),
            (f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default", "EventBridgeParameters"),
            (FUNCTION, "Invalid Input"),
        ],
    )
    def test_targets(self, queue, create, arn, problem):
        with pytest.raises(ClientError, match=problem):
            create("rate(1 hour)", Target={**queue[1], "Arn": arn})

    def test_a_role_that_scheduler_cannot_assume(self, account, queue, create):
        role = make_role(account, "other", "events")
        with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume"):
            create("rate(1 hour)", Target={**queue[1], "RoleArn": role})

    def test_the_same_name_twice_unless_it_is_the_same_request(self, create):
        first = create("rate(1 hour)", ClientToken="t")
        assert create("rate(1 hour)", ClientToken="t")["ScheduleArn"] == first["ScheduleArn"]
        with pytest.raises(ClientError, match="ConflictException.*Schedule s already exists"):
            create("rate(1 hour)")


def test_what_is_stored_is_shown(account, queue, create):
    create("rate(1 hour)", Description="hourly", StartDate=at(12))
    shown = account.client("scheduler").get_schedule(Name="s")
    assert shown["Description"] == "hourly"
    assert shown["StartDate"] == at(12)
    assert shown["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 185
    assert shown["ScheduleExpressionTimezone"] == "UTC"
    listed = account.client("scheduler").list_schedules(NamePrefix="s")["Schedules"]
    assert [one["Target"] for one in listed] == [{"Arn": queue[1]["Arn"]}]


def test_a_week_of_an_hourly_schedule_misses_nothing(account, queue, create):
    create("rate(1 hour)")
    account.kernel.advance(timedelta(days=7).total_seconds())
    attributes = account.client("sqs").get_queue_attributes(
        QueueUrl=queue[0], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert int(attributes["Attributes"]["ApproximateNumberOfMessages"]) == 24 * 7 + 1
