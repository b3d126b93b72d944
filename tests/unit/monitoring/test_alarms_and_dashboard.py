import json

import botocore.session
import pytest
from botocore.validate import ParamValidator

from slipway.domain.alarms import Limits, alarm_definitions
from slipway.domain.dashboard import dashboard_body
from slipway.domain.naming import ALARM_PREFIX

TOPIC = "arn:aws:sns:us-east-1:123456789012:slipway"


def alarms(instance_type="ml.m5.large", **limits):
    made = alarm_definitions(
        endpoint="churn",
        variant="7-0123abcd",
        instance_type=instance_type,
        topic_arn=TOPIC,
        limits=Limits(**limits),
    )
    return {alarm.what: alarm for alarm in made}


def test_errors_latency_cpu_memory_and_disk_are_watched():
    assert list(alarms()) == ["server-errors", "model-errors", "latency", "cpu", "memory", "disk"]


@pytest.mark.parametrize("what", list(alarms()))
def test_cloudwatch_accepts_every_alarm(what):
    alarm = alarms()[what]
    shape = botocore.session.get_session().get_service_model("cloudwatch")
    report = ParamValidator().validate(
        alarm.request, shape.operation_model("PutMetricAlarm").input_shape
    )
    assert not report.has_errors(), report.generate_report()
    request = alarm.request
    assert request["DatapointsToAlarm"] <= request["EvaluationPeriods"]
    assert ("Statistic" in request) != ("ExtendedStatistic" in request)
    assert alarm.name == request["AlarmName"]
    assert alarm.name.startswith(ALARM_PREFIX)


def test_alarms_watch_one_variant_and_tell_the_topic_both_ways():
    for alarm in alarms().values():
        assert alarm.request["Dimensions"] == [
            {"Name": "EndpointName", "Value": "churn"},
            {"Name": "VariantName", "Value": "7-0123abcd"},
        ]
        assert alarm.request["AlarmActions"] == [TOPIC]
        assert "OKActions" not in alarm.request
        assert "churn" in alarm.request["AlarmDescription"]


def test_silence_is_neither_healthy_nor_broken():
    assert {a.request["TreatMissingData"] for a in alarms().values()} == {"missing"}


def test_the_limits_are_the_specs():
    found = alarms(errors=0.05, latency_ms=2500)
    assert found["server-errors"].request["Threshold"] == 0.05
    assert "More than 5 % of" in found["model-errors"].request["AlarmDescription"]
    assert found["latency"].request["Threshold"] == 2_500_000
    assert "longer than 2500 ms" in found["latency"].request["AlarmDescription"]


def test_latency_is_counted_in_microseconds_and_watched_whatever_the_traffic():
    latency = alarms()["latency"].request
    assert latency["Threshold"] == 1_000_000
    assert latency["ExtendedStatistic"] == "p99"
    assert latency["EvaluateLowSampleCountPercentile"] == "evaluate"
    assert (latency["DatapointsToAlarm"], latency["EvaluationPeriods"]) == (3, 5)


def test_cpu_counts_the_cores_together():
    assert alarms("ml.m5.large")["cpu"].request["Threshold"] == 180
    assert alarms("ml.m5.2xlarge")["cpu"].request["Threshold"] == 720
    assert "8 cores" in alarms("ml.m5.2xlarge")["cpu"].request["AlarmDescription"]


def test_the_dashboard_shows_all_variants_of_the_endpoint_alone():
    widgets = json.loads(dashboard_body("churn", "eu-west-1", Limits()))["widgets"]
    searches = [m[0]["expression"] for w in widgets for m in w["properties"]["metrics"]]
    assert all('EndpointName="churn"' in search for search in searches)
    shown = {search.split('MetricName="')[1].split('"')[0] for search in searches}
    assert {"Invocations", "Invocation5XXErrors", "ModelLatency", "CPUUtilization"} <= shown
    assert {w["properties"]["region"] for w in widgets} == {"eu-west-1"}


def test_the_namespaces_that_are_searched_are_quoted():
    widgets = json.loads(dashboard_body("churn", "eu-west-1", Limits()))["widgets"]
    searches = [m[0]["expression"] for w in widgets for m in w["properties"]["metrics"]]
    schemas = {search.partition("{")[2].partition(",")[0] for search in searches}
    assert schemas == {'"AWS/SageMaker"', '"/aws/sagemaker/Endpoints"'}


def test_the_dashboards_graphs_do_not_overlap():
    widgets = json.loads(dashboard_body("churn", "eu-west-1", Limits()))["widgets"]
    places = {(w["x"], w["y"]) for w in widgets}
    assert len(places) == len(widgets)
    assert all(w["x"] + w["width"] <= 24 and w["x"] % w["width"] == 0 for w in widgets)
