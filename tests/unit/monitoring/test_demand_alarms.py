import botocore.session
import pytest
from botocore.validate import ParamValidator

from slipway.domain.capacity.burst import Point
from slipway.domain.capacity.demand import Readings, Tracked, observed
from slipway.domain.demand_alarms import demand_alarms, is_demand, of_trouble
from slipway.domain.scaling import target_tracking
from slipway.domain.spec import parse_spec

SPECS = {
    "invocations": "scaling: {metric: invocations, target: 600}",
    "concurrency": "scaling: {metric: concurrency, target: 5}",
    "cpu": "scaling: {metric: cpu, target: 70}",
}


def tracked(metric):
    tracking = target_tracking(
        endpoint="churn",
        variant="7-0123abcd",
        spec=parse_spec(SPECS[metric]),
        instance_type="ml.m5.2xlarge",
        fewest=2,
        most=10,
    )
    return Tracked.of(tracking.policy)


def alarms(metric, usual=0.0):
    made = demand_alarms(
        endpoint="churn",
        variant="7-0123abcd",
        instance_type="ml.m5.2xlarge",
        tracked=tracked(metric),
        usual=usual,
    )
    return {alarm.what: alarm.request for alarm in made}


@pytest.mark.parametrize("metric", SPECS)
def test_cloudwatch_accepts_every_demand_alarm_and_nobody_is_told(metric):
    shape = botocore.session.get_session().get_service_model("cloudwatch")
    for request in alarms(metric).values():
        report = ParamValidator().validate(
            request, shape.operation_model("PutMetricAlarm").input_shape
        )
        assert not report.has_errors(), report.generate_report()
        assert not {"AlarmActions", "OKActions", "InsufficientDataActions"} & request.keys()
        assert is_demand(request["AlarmName"])


def test_a_short_alarm_watches_what_is_within_an_instance():
    for metric in SPECS:
        request = alarms(metric)["demand"]
        assert (request["MetricName"], request["Period"]) == ("ConcurrentRequestsPerModel", 10)
    # Beyond the target where there is one, else twice what the cores can take at once.
    assert alarms("concurrency")["demand"]["Threshold"] == 6.25
    assert alarms("invocations")["demand"]["Threshold"] == 16
    assert list(alarms("concurrency")) == ["demand"]


def test_what_is_usual_for_a_model_raises_the_short_alarm_and_never_lowers_it():
    assert alarms("invocations", usual=40)["demand"]["Threshold"] == 80
    assert alarms("invocations", usual=1)["demand"]["Threshold"] == 16


def test_the_alarm_by_minutes_goes_by_the_target_for_each_instance():
    by_minutes = alarms("invocations")["demand-minutes"]
    assert (by_minutes["MetricName"], by_minutes["Threshold"]) == ("InvocationsPerInstance", 750)
    busy = alarms("cpu")["demand-minutes"]
    # 87.5 % of eight cores.
    assert (busy["MetricName"], busy["Threshold"]) == ("CPUUtilization", 700)


def test_only_trouble_speaks_against_a_release():
    names = ["slipway-a/v/demand", "slipway-a/v/latency", "slipway-a/v/demand-minutes"]
    assert of_trouble(names) == ["slipway-a/v/latency"]


def points(*values, step=60):
    return [Point(step * number, value) for number, value in enumerate(values)]


def test_requests_of_all_variants_add_up():
    variants = [
        Readings(4, points(1200, 2400), [], 1.0),
        Readings(2, points(600, 1200), [], 1.0),
    ]
    demand = observed(variants, tracked("invocations"), cores=8)
    assert [point.value for point in demand.needed] == [3, 6]
    assert (demand.count, demand.words) == (6, "3,600 requests a minute")


def test_means_count_with_the_instances_that_they_are_of():
    concurrent = [Readings(4, points(5, 10, step=10), [], 1.0)]
    demand = observed(concurrent, tracked("concurrency"), cores=8)
    assert [point.value for point in demand.needed] == [4, 8]
    assert demand.queues == []
    busy = observed([Readings(4, points(560, 840), [], 1.0)], tracked("cpu"), cores=8)
    assert [point.value for point in busy.needed] == [4, 6]


def test_queues_count_against_what_is_usual_and_from_when_the_fleet_is_as_it_is():
    crowd = points(8, 32, 64, step=10)
    variants = [Readings(4, [], crowd, 16.0)]
    demand = observed(variants, tracked("invocations"), cores=8, since=10)
    assert [point.value for point in demand.queues] == [2, 4]
