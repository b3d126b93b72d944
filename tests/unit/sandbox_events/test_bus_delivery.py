import json

import pytest
from botocore.exceptions import ClientError

from sandbox.events.misdelivery import Misdelivery
from sandbox.gateway import Fault
from tests.unit.sandbox_events.events_account import (
    ACCOUNT,
    allow,
    grant,
    make_queue,
    make_role,
    receive,
)

RULE = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/r"
MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:release"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:judge"
QUEUES = f"arn:aws:sqs:us-east-1:{ACCOUNT}"
DAY = 86400


def rule(account, target, pattern=None, **settings):
    events = account.client("events")
    pattern = json.dumps(pattern or {"source": ["shop"]})
    events.put_rule(Name="r", EventPattern=pattern, **settings)
    events.put_targets(Rule="r", Targets=[{"Id": "t", **target}])


def put(account, detail=None, **entry):
    given = {"Source": "shop", "DetailType": "Order", "Detail": json.dumps(detail or {}), **entry}
    answer = account.client("events").put_events(Entries=[given])
    account.kernel.settle()
    return answer


def bodies(account, url):
    return [json.loads(message["Body"]) for message in receive(account, url)]


def test_a_matching_event_reaches_a_queue_in_its_envelope(account):
    url, arn = make_queue(account, "q", service="events", source=RULE)
    rule(account, {"Arn": arn}, {"detail": {"total": [{"numeric": [">", 10]}]}})
    put(account, {"total": 5})
    event_id = put(account, {"total": 50}, Resources=["a"])["Entries"][0]["EventId"]
    assert bodies(account, url) == [
        {
            "version": "0",
            "id": event_id,
            "detail-type": "Order",
            "source": "shop",
            "account": ACCOUNT,
            "time": "2026-01-05T09:00:00Z",
            "region": "us-east-1",
            "resources": ["a"],
            "detail": {"total": 50},
        }
    ]


def test_a_disabled_rule_delivers_nothing_until_it_is_enabled(account):
    url, arn = make_queue(account, "q", service="events", source=RULE)
    rule(account, {"Arn": arn}, State="DISABLED")
    put(account)
    assert receive(account, url) == []
    account.client("events").enable_rule(Name="r")
    put(account)
    assert len(receive(account, url)) == 1


def test_a_state_machine_is_started_as_the_targets_role(account):
    role = make_role(account, "starter", "events")
    grant(account, "starter", "states:StartExecution", MACHINE)
    rule(account, {"Arn": MACHINE, "RoleArn": role, "InputPath": "$.detail"})
    put(account, {"key": "models/a"})
    params, principal = account.started[0]
    assert (params["stateMachineArn"], json.loads(params["input"])) == (
        MACHINE,
        {"key": "models/a"},
    )
    assert "name" not in params
    assert principal.arn == role


def test_a_role_without_the_permission_starts_nothing(account):
    role = make_role(account, "starter", "events")
    rule(account, {"Arn": MACHINE, "RoleArn": role})
    put(account)
    assert account.started == []
    assert "not authorized" in account.bus.lost[0].reason


def test_a_role_that_does_not_trust_eventbridge_is_no_use(account):
    role = make_role(account, "starter", "lambda")
    rule(account, {"Arn": MACHINE, "RoleArn": role})
    put(account)
    assert account.started == []
    assert "sts:AssumeRole" in account.bus.lost[0].reason


def test_a_function_is_invoked_only_with_its_permission(account):
    rule(account, {"Arn": FUNCTION})
    put(account)
    assert account.invoked == []
    assert account.bus.lost[0].reason.startswith("NO_PERMISSIONS")
    account.function_policies[FUNCTION] = [allow("events", "lambda:InvokeFunction", FUNCTION, RULE)]
    put(account, {"n": 1})
    assert [(arn, event["detail"]) for arn, event, _ in account.invoked] == [(FUNCTION, {"n": 1})]


@pytest.mark.parametrize("source", [None, f"{RULE}-other"])
def test_a_queue_policy_must_name_the_rule(account, source):
    settings = {"service": "events", "source": source} if source else {}
    url, arn = make_queue(account, "q", **settings)
    rule(account, {"Arn": arn})
    put(account)
    assert receive(account, url) == []
    assert account.bus.lost[0].target == arn


def test_an_encrypted_queue_needs_a_key_that_lets_eventbridge_in(account):
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    url, arn = make_queue(account, "q", service="events", source=RULE, KmsMasterKeyId=key)
    rule(account, {"Arn": arn})
    put(account)
    assert "kms:GenerateDataKey" in account.bus.lost[0].reason
    statement = allow("events", ["kms:GenerateDataKey*", "kms:Decrypt"], "*")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    put(account)
    assert len(receive(account, url)) == 1


@pytest.mark.parametrize(
    ("condition", "delivered"),
    [
        ({"ArnLike": {"kms:EncryptionContext:aws:sqs:arn": f"{QUEUES}:*"}}, 1),
        ({"ArnLike": {"kms:EncryptionContext:aws:sqs:arn": f"{QUEUES}:other"}}, 0),
        # Nobody knows whether they come with a call that EventBridge makes for itself.
        ({"StringEquals": {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}}, 0),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, 0),
    ],
)
def test_a_key_for_an_encrypted_queue_is_bound_to_what_surely_comes(account, condition, delivered):
    statement = allow("events", ["kms:GenerateDataKey*", "kms:Decrypt"], "*")
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]}
    key = account.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    url, arn = make_queue(account, "q", service="events", source=RULE, KmsMasterKeyId=key)
    rule(account, {"Arn": arn})
    put(account)
    assert len(receive(account, url)) == delivered
    assert len(account.bus.lost) == 1 - delivered


def test_another_bus_gets_the_same_event(account):
    events = account.client("events")
    events.create_event_bus(Name="other")
    bus_arn = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/other"
    source = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/other/inner"
    url, arn = make_queue(account, "q", service="events", source=source)
    events.put_rule(Name="inner", EventBusName="other", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="inner", EventBusName="other", Targets=[{"Id": "1", "Arn": arn}])
    role = make_role(account, "forwarder", "events")
    grant(account, "forwarder", "events:PutEvents", bus_arn)
    rule(account, {"Arn": bus_arn, "RoleArn": role})
    event_id = put(account)["Entries"][0]["EventId"]
    assert [event["id"] for event in bodies(account, url)] == [event_id]


def test_a_trust_policy_is_judged_with_its_conditions(account):
    role = make_role(account, "starter", "events")
    grant(account, "starter", "states:StartExecution", MACHINE)
    trust = {**allow("events", "sts:AssumeRole", None, f"{RULE}-other")}
    del trust["Resource"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    account.client("iam").update_assume_role_policy(RoleName="starter", PolicyDocument=document)
    rule(account, {"Arn": MACHINE, "RoleArn": role})
    put(account)
    assert account.started == []
    assert account.bus.lost[0].reason.startswith("NO_PERMISSIONS")


class TestRetries:
    def target(self, account, **settings):
        account.function_policies[FUNCTION] = [
            allow("events", "lambda:InvokeFunction", FUNCTION, RULE)
        ]
        rule(account, {"Arn": FUNCTION, **settings})

    def test_a_throttled_delivery_is_tried_until_it_succeeds(self, account):
        self.target(account)
        account.gateway.faults.add(Fault("lambda", "Invoke", "TooManyRequestsException", times=3))
        put(account)
        assert account.invoked == []
        account.kernel.advance(60)
        assert len(account.invoked) == 1

    def test_the_retry_policy_ends_it_and_the_letter_says_why(self, account):
        url, dead = make_queue(account, "dead", service="events", source=RULE)
        policy = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}
        self.target(account, RetryPolicy=policy, DeadLetterConfig={"Arn": dead})
        account.gateway.faults.add(
            Fault("lambda", "Invoke", "ServiceUnavailable", "down", times=None)
        )
        put(account, {"order": 1})
        account.kernel.advance(3600)
        letter = receive(account, url)[0]
        said = {k: v["StringValue"] for k, v in letter["MessageAttributes"].items()}
        assert json.loads(letter["Body"])["detail"] == {"order": 1}
        assert said["RULE_ARN"] == RULE
        assert said["TARGET_ARN"] == FUNCTION
        assert said["RETRY_ATTEMPTS"] == "2"
        assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
        assert "down" in said["ERROR_MESSAGE"]

    def test_by_default_it_goes_on_for_a_day(self, account):
        self.target(account)
        account.gateway.faults.add(Fault("lambda", "Invoke", "ServiceUnavailable", times=None))
        put(account)
        account.kernel.advance(DAY * 0.75)
        assert account.bus.lost == []
        account.kernel.advance(DAY)
        assert len(account.bus.lost) == 1
        assert 150 < len(account.bus.courier.failures) <= 186

    def test_a_lost_reply_means_that_it_is_delivered_twice(self, account):
        self.target(account)
        account.gateway.faults.add(Fault("lambda", "Invoke", lose_reply=True))
        put(account)
        account.kernel.advance(60)
        assert len(account.invoked) == 2

    def test_what_no_retry_can_help_becomes_a_letter_at_once(self, account):
        url, dead = make_queue(account, "dead", service="events", source=RULE)
        rule(account, {"Arn": FUNCTION, "DeadLetterConfig": {"Arn": dead}})
        put(account)
        said = receive(account, url)[0]["MessageAttributes"]
        assert said["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
        assert "EXHAUSTED_RETRY_CONDITION" not in said

    def test_a_dead_letter_queue_that_refuses_loses_the_letter(self, account):
        url, dead = make_queue(account, "dead")
        rule(account, {"Arn": FUNCTION, "DeadLetterConfig": {"Arn": dead}})
        put(account)
        assert receive(account, url) == []
        assert "sqs:SendMessage" in account.bus.lost[0].reason


class TestUnreliability:
    def test_duplicates_on_request(self, account):
        url, arn = make_queue(account, "q", service="events", source=RULE)
        rule(account, {"Arn": arn})
        account.bus.duplicate_next()
        first = put(account)["Entries"][0]["EventId"]
        second = put(account)["Entries"][0]["EventId"]
        assert [event["id"] for event in bodies(account, url)] == [first, first, second]

    def test_reordering_on_request(self, account):
        url, arn = make_queue(account, "q", service="events", source=RULE)
        rule(account, {"Arn": arn})
        account.bus.delay_next(30)
        put(account, {"n": 1})
        put(account, {"n": 2})
        account.kernel.advance(31)
        assert [event["detail"]["n"] for event in bodies(account, url)] == [2, 1]

    @pytest.mark.parametrize(
        ("kind", "order"),
        [
            ("twice", [1, 2, 2, 3]),
            ("twice, once late", [1, 2, 3, 2]),
            ("late", [1, 3, 2]),
            ("overtaken", [1, 3, 2]),
        ],
    )
    def test_one_delivery_of_a_rule_goes_astray(self, account, kind, order):
        url, arn = make_queue(account, "q", service="events", source=RULE)
        rule(account, {"Arn": arn})
        courier, courier.sent = account.bus.courier, []
        put(account, {"n": 0})
        (name,) = courier.sent
        courier.misdeliveries.add(Misdelivery(name, kind, seconds=30, skip=1))
        for number in (1, 2, 3):
            put(account, {"n": number})
            account.kernel.advance(5)
        account.kernel.advance(31)
        assert [event["detail"]["n"] for event in bodies(account, url)][1:] == order
        assert courier.misdeliveries.met == 1
        assert courier.sent == [name] * 4

    def test_nothing_is_overtaken_for_ever(self, account):
        url, arn = make_queue(account, "q", service="events", source=RULE)
        rule(account, {"Arn": arn})
        name = "event of rule r"
        account.bus.courier.misdeliveries.add(Misdelivery(name, "overtaken", seconds=30))
        put(account, {"n": 1})
        account.kernel.advance(29)
        assert bodies(account, url) == []
        account.kernel.advance(2)
        assert [event["detail"]["n"] for event in bodies(account, url)] == [1]


class TestPutEvents:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"Source": None}, "InvalidArgument"),
            ({"DetailType": None}, "InvalidArgument"),
            ({"Detail": None}, "InvalidArgument"),
            ({"Detail": "{"}, "MalformedDetail"),
            ({"Detail": "[1]"}, "MalformedDetail"),
            ({"Source": "aws.s3"}, "NotAuthorizedForSourceException"),
        ],
    )
    def test_a_bad_entry_fails_inside_a_successful_answer(self, account, change, code):
        good = {"Source": "shop", "DetailType": "Order", "Detail": "{}"}
        bad = {key: value for key, value in {**good, **change}.items() if value is not None}
        answer = account.client("events").put_events(Entries=[bad, good])
        assert answer["FailedEntryCount"] == 1
        assert answer["Entries"][0]["ErrorCode"] == code
        assert "EventId" in answer["Entries"][1]

    def test_a_request_over_a_mebibyte_is_refused_whole(self, account):
        entry = {"Source": "s", "DetailType": "d", "Detail": json.dumps({"x": "y" * 600_000})}
        with pytest.raises(ClientError, match="over the limit"):
            account.client("events").put_events(Entries=[entry, entry])

    def test_more_than_ten_entries_are_refused(self, account):
        entry = {"Source": "s", "DetailType": "d", "Detail": "{}"}
        with pytest.raises(ClientError, match="ValidationException"):
            account.client("events").put_events(Entries=[entry] * 11)

    def test_an_event_for_no_bus_vanishes_and_is_recorded(self, account):
        assert put(account, EventBusName="nowhere")["FailedEntryCount"] == 0
        assert account.bus.lost[0].reason == "There is no such event bus."


class TestRefusedRules:
    @pytest.mark.parametrize("pattern", ["nonsense", '{"source": []}', '{"source": [{"x": 1}]}'])
    def test_a_bad_pattern(self, account, pattern):
        with pytest.raises(ClientError, match="InvalidEventPatternException.*Reason: "):
            account.client("events").put_rule(Name="r", EventPattern=pattern)

    @pytest.mark.parametrize("schedule", ["rate(1 minutes)", "cron(* * * * *)", "at(2026-01-01)"])
    def test_a_bad_schedule(self, account, schedule):
        with pytest.raises(ClientError, match="Parameter ScheduleExpression is not valid"):
            account.client("events").put_rule(Name="r", ScheduleExpression=schedule)

    @pytest.mark.parametrize(
        ("target", "problem"),
        [
            ({"Arn": MACHINE}, "RoleArn is required"),
            ({"Arn": FUNCTION, "Input": "{"}, "JSON syntax error"),
            ({"Arn": FUNCTION, "Input": "{}", "InputPath": "$.a"}, "Only one of"),
            ({"Arn": FUNCTION, "InputPath": "detail"}, "Invalid JSON path"),
            ({"Arn": FUNCTION, "InputPath": "$['detail']"}, "Invalid JSON path"),
            ({"Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q.fifo"}, "MessageGroupId"),
            (
                {"Arn": FUNCTION, "InputTransformer": {"InputTemplate": '{"a": <key>}'}},
                "placeholder key is not in InputPathsMap",
            ),
            ({"Arn": "arn:aws:kinesis:us-east-1:1:stream/s"}, "the sandbox delivers to"),
        ],
    )
    def test_a_bad_target(self, account, target, problem):
        with pytest.raises(ClientError, match=problem):
            rule(account, target)

    def test_a_pattern_can_be_tried_without_a_rule(self, account):
        tried = account.client("events").test_event_pattern(
            EventPattern='{"source": [{"prefix": "sh"}]}', Event='{"source": "shop"}'
        )
        assert tried["Result"] is True


class TestScheduledRules:
    def test_a_rate_fires_after_each_interval_until_it_is_disabled(self, account):
        url, arn = make_queue(account, "q", service="events", source=RULE)
        events = account.client("events")
        events.put_rule(Name="r", ScheduleExpression="rate(10 minutes)")
        events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
        account.kernel.advance(1500)
        found = bodies(account, url)
        assert [event["time"][11:16] for event in found] == ["09:10", "09:20"]
        assert (found[0]["source"], found[0]["detail-type"]) == ("aws.events", "Scheduled Event")
        assert (found[0]["resources"], found[0]["detail"]) == ([RULE], {})
        events.disable_rule(Name="r")
        account.kernel.advance(1500)
        assert receive(account, url) == []

    def test_cron_is_utc(self, account):
        url, arn = make_queue(account, "q", service="events", source=RULE)
        events = account.client("events")
        events.put_rule(Name="r", ScheduleExpression="cron(0 10 * * ? *)")
        events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": arn}])
        account.kernel.advance(2 * DAY)
        assert [e["time"] for e in bodies(account, url)] == [
            "2026-01-05T10:00:00Z",
            "2026-01-06T10:00:00Z",
        ]
