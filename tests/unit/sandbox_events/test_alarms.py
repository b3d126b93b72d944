import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from sandbox.events.metrics import Samples
from tests.unit.sandbox_events.events_account import ACCOUNT, allow, make_queue, receive

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "events" / "cloudwatch"
SAMPLE = "aws-cloudwatch-cloudwatch-alarm-state-change-sample-events-from-cloudwatch.1.json"
METRIC = ("AWS/SageMaker", "Invocation5XXErrors")
CHURN = {"EndpointName": "churn", "VariantName": "blue"}
ARN = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:errors"
RULE = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/alarms"
DAY = 86400


def put_alarm(account, **settings):
    given = {
        "AlarmName": "errors",
        "Namespace": METRIC[0],
        "MetricName": METRIC[1],
        "Dimensions": [{"Name": name, "Value": value} for name, value in CHURN.items()],
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 0.05,
        "ComparisonOperator": "GreaterThanThreshold",
        **settings,
    }
    given = {key: value for key, value in given.items() if value is not None}
    account.client("cloudwatch").put_metric_alarm(**given)


def minutes(account, *values, late=0.0):
    """Let minutes pass with one sample in each; None for none."""
    for value in values:
        if value is not None:
            account.metrics.put(*METRIC, CHURN, value, visible_after=late)
        account.kernel.advance(60)


def described(account):
    return account.client("cloudwatch").describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]


def state(account):
    return described(account)["StateValue"]


@pytest.fixture
def changes(account):
    url, arn = make_queue(account, "changes", service="events", source=RULE)
    events = account.client("events")
    pattern = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}
    events.put_rule(Name="alarms", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="alarms", Targets=[{"Id": "1", "Arn": arn}])

    def read():
        account.kernel.settle()
        return [json.loads(message["Body"]) for message in receive(account, url)]

    return read


def put_sum(account, stat="Sum"):
    """Watch server errors and model errors together."""
    dimensions = [{"Name": name, "Value": value} for name, value in CHURN.items()]
    metrics = [
        {
            "Id": name.lower(),
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": METRIC[0], "MetricName": name, "Dimensions": dimensions},
                "Period": 60,
                "Stat": stat,
            },
        }
        for name in (METRIC[1], "InvocationModelErrors")
    ]
    together = {"Id": "all", "Expression": "SUM(FILL(METRICS(), 0))", "ReturnData": True}
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="errors",
        Metrics=[together, *metrics],
        EvaluationPeriods=1,
        Threshold=2.0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )


def test_a_sum_rings_for_any_of_its_parts_and_for_all_together(account, changes):
    put_sum(account)
    minutes(account, 2.0)
    assert state(account) == "OK"
    account.metrics.put(METRIC[0], "InvocationModelErrors", CHURN, 1.0)
    minutes(account, 2.0)
    assert state(account) == "ALARM"
    shown = changes()[-1]["detail"]["configuration"]["metrics"]
    assert [each.get("expression") for each in shown] == ["SUM(FILL(METRICS(), 0))", None, None]
    minutes(account, None, None, None, None)
    assert state(account) == "OK"
    account.metrics.put(METRIC[0], "InvocationModelErrors", CHURN, 3.0)
    minutes(account, None)
    assert state(account) == "ALARM"


def test_a_queue_tells_how_full_it_is_until_it_is_empty(account):
    url, _ = make_queue(account, "letters", service="events", source=RULE)
    put_alarm(
        account,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "letters"}],
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        DatapointsToAlarm=None,
        Threshold=0.0,
        TreatMissingData="notBreaching",
    )
    sqs = account.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    account.kernel.advance(2 * 3600)
    assert state(account) == "ALARM"
    receive(account, url)
    sqs.purge_queue(QueueUrl=url)
    account.kernel.advance(900)
    assert state(account) == "OK"


def test_it_starts_without_data_and_follows_them(account):
    put_alarm(account)
    assert described(account)["StateReason"] == "Unchecked: Initial alarm creation"
    minutes(account, 0.0, 0.0, 0.0)
    assert state(account) == "OK"
    minutes(account, 0.5)
    assert state(account) == "OK"
    minutes(account, 0.5)
    assert state(account) == "ALARM"
    minutes(account, 0.0, 0.0)
    assert state(account) == "OK"


def test_late_samples_count_when_they_come(account):
    put_alarm(account, EvaluationPeriods=1, DatapointsToAlarm=1)
    minutes(account, 0.5, late=119)
    assert state(account) == "INSUFFICIENT_DATA"
    minutes(account, None)
    assert state(account) == "ALARM"


def test_when_data_stop_it_keeps_evaluating_the_last_ones_then_does_not_know(account):
    put_alarm(account)
    minutes(account, 0.0, 0.0, 0.0, None, None)
    assert state(account) == "OK"
    minutes(account, None, None, None)
    assert state(account) == "INSUFFICIENT_DATA"
    assert described(account)["StateReason"] == "Insufficient Data: 3 datapoints were unknown."


@pytest.mark.parametrize(
    ("treat", "expected"),
    [("notBreaching", "OK"), ("breaching", "ALARM"), ("ignore", "INSUFFICIENT_DATA")],
)
def test_missing_data_as_configured(account, treat, expected):
    put_alarm(account, TreatMissingData=treat)
    minutes(account, None)
    assert state(account) == expected


def test_windows_slide_by_the_minute(account):
    put_alarm(account, Statistic="Sum", Period=300, EvaluationPeriods=1, DatapointsToAlarm=1)
    minutes(account, None, None, 1.0)
    assert state(account) == "ALARM"


def test_the_event_has_the_shape_that_aws_documents(account, changes):
    put_alarm(account, AlarmDescription="too many errors")
    minutes(account, 0.0, 0.5, 0.5)
    ok, alarm = changes()
    detail = alarm["detail"]
    assert alarm["resources"] == [ARN]
    assert detail["alarmName"] == "errors"
    assert (detail["previousState"]["value"], detail["state"]["value"]) == ("OK", "ALARM")
    assert detail["state"]["timestamp"] == "2026-01-05T09:03:00.000+0000"
    assert detail["state"]["reason"] == (
        "Threshold Crossed: 2 out of the last 3 datapoints [0.5 (05/01/26 09:02:00), "
        "0.5 (05/01/26 09:01:00)] were greater than the threshold (0.05) "
        "(minimum 2 datapoints for OK -> ALARM transition)."
    )
    data = json.loads(detail["state"]["reasonData"])
    assert data["recentDatapoints"] == [0.0, 0.5, 0.5]
    assert (data["period"], data["statistic"], data["threshold"]) == (60, "Average", 0.05)
    assert data["startDate"] == "2026-01-05T09:00:00.000+0000"
    metric = detail["configuration"]["metrics"][0]["metricStat"]["metric"]
    assert metric == {"namespace": METRIC[0], "name": METRIC[1], "dimensions": CHURN}
    assert detail["configuration"]["description"] == "too many errors"
    assert ok["detail"]["previousState"]["reason"] == "Unchecked: Initial alarm creation"


def shape(value):
    """Return the structure of a document without its values."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items() if key != "dimensions"}
    return [shape(value[0])] if isinstance(value, list) else type(value).__name__


def test_the_event_has_all_that_aws_documents_and_no_more(account, changes):
    put_alarm(account, AlarmDescription="d")
    minutes(account, 0.0, 0.5, 0.5)
    state = {"value": "str", "reason": "str", "reasonData": "str", "timestamp": "str"}
    metric = {"namespace": "str", "name": "str"}
    stat = {"metric": metric, "period": "int", "stat": "str"}
    metrics = [{"id": "str", "metricStat": stat, "returnData": "bool"}]
    assert shape(changes()[1]) == {
        **dict.fromkeys(("version", "id", "detail-type", "source", "account", "time"), "str"),
        "region": "str",
        "resources": ["str"],
        "detail": {
            "alarmName": "str",
            "state": state,
            "previousState": state,
            "configuration": {"description": "str", "metrics": metrics},
        },
    }


@pytest.mark.skipif(not SAMPLES.exists(), reason="AWS's own sample events are not beside this")
def test_the_event_has_all_that_the_recorded_one_has(account, changes):
    put_alarm(account, AlarmDescription="d")
    minutes(account, 0.0, 0.5, 0.5)
    recorded = shape(json.loads((SAMPLES / SAMPLE).read_text()))
    made = shape(changes()[1])
    recorded["detail"]["configuration"]["metrics"][0]["metricStat"]["period"] = "int"
    assert made == recorded


class TestActions:
    def topic(self, account, name="alarms"):
        arn = account.client("sns").create_topic(Name=name)["TopicArn"]
        url, queue = make_queue(account, name, service="sns", source=arn)
        account.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
        return arn, url

    def messages(self, account, url):
        account.kernel.settle()
        bodies = [json.loads(message["Body"]) for message in receive(account, url)]
        return [json.loads(body["Message"]) for body in bodies]

    def test_a_topic_hears_of_each_state_that_it_is_named_for(self, account):
        alarm_topic, alarm_url = self.topic(account)
        ok_topic, ok_url = self.topic(account, "fine")
        put_alarm(account, AlarmActions=[alarm_topic], OKActions=[ok_topic])
        minutes(account, 0.5, 0.5, 0.0, 0.0)
        alarms = self.messages(account, alarm_url)
        assert [(m["OldStateValue"], m["NewStateValue"]) for m in alarms] == [
            ("INSUFFICIENT_DATA", "ALARM")
        ]
        assert alarms[0]["Trigger"]["MetricName"] == METRIC[1]
        assert alarms[0]["Trigger"]["Statistic"] == "AVERAGE"
        assert [m["NewStateValue"] for m in self.messages(account, ok_url)] == ["OK"]

    def test_disabled_actions_do_not_run_but_the_event_comes(self, account, changes):
        topic, url = self.topic(account)
        put_alarm(account, AlarmActions=[topic])
        account.client("cloudwatch").disable_alarm_actions(AlarmNames=["errors"])
        minutes(account, 0.5, 0.5)
        assert self.messages(account, url) == []
        assert [event["detail"]["state"]["value"] for event in changes()] == ["ALARM"]
        assert described(account)["ActionsEnabled"] is False

    def test_a_topic_whose_policy_leaves_cloudwatch_out_gets_nothing(self, account):
        topic, url = self.topic(account)
        policy = {"Version": "2012-10-17", "Statement": [allow("events", "sns:Publish", topic)]}
        account.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
        )
        put_alarm(account, AlarmActions=[topic])
        minutes(account, 0.5, 0.5)
        assert self.messages(account, url) == []
        assert account.bus.lost[0].target == topic

    def test_a_function_needs_a_permission_for_alarms(self, account):
        function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:page"
        account.function_policies[function] = [
            allow("lambda.alarms.cloudwatch", "lambda:InvokeFunction", function, ARN)
        ]
        put_alarm(account, AlarmActions=[function])
        minutes(account, 0.5, 0.5)
        account.kernel.settle()
        assert account.invoked[0][1]["alarmData"]["state"]["value"] == "ALARM"

    def test_scaling_policies_hear_of_it_every_minute_while_it_lasts(self, account):
        heard = []
        account.bus.alarms.actions.on_scaling(lambda arn, alarm: heard.append((arn, alarm)))
        policy = f"arn:aws:autoscaling:us-east-1:{ACCOUNT}:scalingPolicy:1:policyName/up"
        put_alarm(account, AlarmActions=[policy])
        minutes(account, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0)
        assert [alarm["StateValue"] for _, alarm in heard] == ["ALARM"] * 3
        assert {arn for arn, _ in heard} == {policy}

    def test_other_actions_are_refused(self, account):
        with pytest.raises(ClientError, match="The alarm action arn:aws:ec2"):
            put_alarm(account, AlarmActions=["arn:aws:ec2:us-east-1:1:automate:stop"])


class TestStateSetByHand:
    def test_it_lasts_until_the_next_evaluation(self, account, changes):
        put_alarm(account, TreatMissingData="notBreaching")
        minutes(account, None)
        account.client("cloudwatch").set_alarm_state(
            AlarmName="errors", StateValue="ALARM", StateReason="drill"
        )
        assert state(account) == "ALARM"
        minutes(account, None)
        assert state(account) == "OK"
        found = [event["detail"]["state"]["value"] for event in changes()]
        assert found == ["OK", "ALARM", "OK"]

    def test_with_missing_data_ignored_it_stays(self, account):
        put_alarm(account, TreatMissingData="ignore")
        account.client("cloudwatch").set_alarm_state(
            AlarmName="errors", StateValue="ALARM", StateReason="drill"
        )
        account.kernel.advance(DAY)
        assert state(account) == "ALARM"


class TestPercentiles:
    def put(self, account, count):
        samples = Samples.of([(10.0, count - 5), (9999.0, 5)])
        account.metrics.put(*METRIC, CHURN, samples=samples)
        account.kernel.advance(60)

    def alarm(self, account, low):
        put_alarm(
            account,
            Statistic=None,
            ExtendedStatistic="p99",
            Threshold=100.0,
            EvaluationPeriods=1,
            DatapointsToAlarm=1,
            EvaluateLowSampleCountPercentile=low,
        )

    @pytest.mark.parametrize(
        ("low", "count", "expected"),
        [
            ("ignore", 400, "INSUFFICIENT_DATA"),
            ("evaluate", 400, "ALARM"),
            (None, 400, "ALARM"),
            ("ignore", 1000, "OK"),
        ],
    )
    def test_few_samples_are_ignored_only_when_asked_to(self, account, low, count, expected):
        self.alarm(account, low)
        self.put(account, count)
        assert state(account) == expected


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ({"Statistic": None}, "Exactly one of Statistic"),
            ({"ExtendedStatistic": "p99"}, "Exactly one of Statistic"),
            ({"Statistic": None, "ExtendedStatistic": "x9"}, "ValidationError|not supported"),
            ({"Period": 45}, "10, 20, 30 or a multiple of 60"),
            ({"Period": 90}, "10, 20, 30 or a multiple of 60"),
            ({"Period": 300, "EvaluationPeriods": 289}, "more than a day"),
            ({"DatapointsToAlarm": 4}, "must not be greater"),
            ({"Threshold": None}, "Threshold is required"),
            ({"TreatMissingData": "good"}, "TreatMissingData must be one of"),
            ({"EvaluateLowSampleCountPercentile": "ignore"}, "for percentiles only"),
            ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "Anomaly detection"),
            ({"Namespace": None}, "Namespace is required"),
        ],
    )
    def test_alarms(self, account, settings, problem):
        with pytest.raises(ClientError, match=problem):
            put_alarm(account, **settings)

    def test_metric_math(self, account):
        metrics = [{"Id": "e", "Expression": "m1 + m2"}]
        with pytest.raises(ClientError, match="Metric math"):
            account.client("cloudwatch").put_metric_alarm(
                AlarmName="a",
                Metrics=metrics,
                EvaluationPeriods=1,
                Threshold=1.0,
                ComparisonOperator="GreaterThanThreshold",
            )

    def test_a_sum_of_anything_but_sums(self, account):
        with pytest.raises(ClientError, match="Metric math"):
            put_sum(account, "Maximum")

    def test_deleting_what_is_not_there(self, account):
        with pytest.raises(ClientError, match=r"Alarms \[none\] do not exist"):
            account.client("cloudwatch").delete_alarms(AlarmNames=["none"])


def test_describing_filters(account):
    put_alarm(account)
    put_alarm(account, AlarmName="latency", TreatMissingData="breaching")
    minutes(account, None)
    cloudwatch = account.client("cloudwatch")

    def names(**filters):
        found = cloudwatch.describe_alarms(**filters)["MetricAlarms"]
        return [alarm["AlarmName"] for alarm in found]

    assert names() == ["errors", "latency"]
    assert names(AlarmNamePrefix="lat") == ["latency"]
    assert names(StateValue="ALARM") == ["latency"]
    assert names(AlarmNames=["errors", "none"]) == ["errors"]
    cloudwatch.delete_alarms(AlarmNames=["errors"])
    assert names() == ["latency"]


def test_history_and_tags(account):
    put_alarm(account, Tags=[{"Key": "slipway:endpoint", "Value": "churn"}])
    minutes(account, 0.5, 0.5)
    cloudwatch = account.client("cloudwatch")
    history = cloudwatch.describe_alarm_history(AlarmName="errors")["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in history] == [
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
        'Alarm "errors" created',
    ]
    tags = cloudwatch.list_tags_for_resource(ResourceARN=ARN)["Tags"]
    assert tags == [{"Key": "slipway:endpoint", "Value": "churn"}]


def test_a_changed_alarm_keeps_its_state(account):
    put_alarm(account)
    minutes(account, 0.5, 0.5)
    put_alarm(account, Threshold=0.9)
    assert state(account) == "ALARM"
    minutes(account, 0.5)
    assert state(account) == "OK"


def test_an_alarm_without_data_sleeps(account):
    put_alarm(account)
    account.kernel.advance(DAY)
    assert account.bus.alarms._engine._timers == {}
    minutes(account, 0.5, 0.5)
    assert state(account) == "ALARM"
    assert described(account)["StateUpdatedTimestamp"] == datetime(2026, 1, 6, 9, 2, tzinfo=UTC)
