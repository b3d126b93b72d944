from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from sandbox.events.metrics import MetricId, Samples

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NAME = ("AWS/SageMaker", "ModelLatency")
CHURN = {"EndpointName": "churn", "VariantName": "blue"}
DIMENSIONS = [{"Name": name, "Value": value} for name, value in CHURN.items()]


def statistics(account, *names, minutes=10, period=60, **extra):
    split = "ExtendedStatistics" if names[0].startswith("p") else "Statistics"
    answer = account.client("cloudwatch").get_metric_statistics(
        Namespace=NAME[0],
        MetricName=NAME[1],
        Dimensions=DIMENSIONS,
        StartTime=START,
        EndTime=START + timedelta(minutes=minutes),
        Period=period,
        **{split: list(names)},
        **extra,
    )
    return sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])


def test_statistics_of_a_minute(account):
    for value in (10.0, 20.0, 60.0):
        account.metrics.put(*NAME, CHURN, value, unit="Microseconds")
    point = statistics(account, "Sum", "Average", "Minimum", "Maximum", "SampleCount")[0]
    assert point["Timestamp"] == START
    assert point["Unit"] == "Microseconds"
    shown = {k: v for k, v in point.items() if isinstance(v, float)}
    assert shown == {"Sum": 90, "Average": 30, "Minimum": 10, "Maximum": 60, "SampleCount": 3}


def test_samples_appear_when_cloudwatch_would_show_them(account):
    account.metrics.put(*NAME, CHURN, 1.0, visible_after=90)
    account.kernel.advance(89)
    assert statistics(account, "Sum") == []
    assert account.client("cloudwatch").list_metrics()["Metrics"] == []
    account.kernel.advance(1)
    assert statistics(account, "Sum")[0]["Sum"] == 1.0


@pytest.mark.parametrize(("name", "expected"), [("p50", 50.0), ("p99", 99.0), ("p100", 100.0)])
def test_percentiles(account, name, expected):
    values = Samples.of((float(value), 1.0) for value in range(1, 101))
    account.metrics.put(*NAME, CHURN, samples=values)
    assert statistics(account, name)[0]["ExtendedStatistics"] == {name: expected}


def test_many_values_keep_percentiles_close_in_little_memory():
    samples = Samples.of((1000.0 + value * 0.37, 1.0) for value in range(20_000))
    assert samples.values is not None
    assert len(samples.values) < 1024
    assert samples.percentile(50) == pytest.approx(1000 + 10_000 * 0.37, rel=0.01)
    assert samples.percentile(99.9) == pytest.approx(1000 + 19_980 * 0.37, rel=0.01)


def test_statistic_sets_hide_percentiles_unless_all_values_are_equal():
    assert Samples.of_statistics(10, 100, 5, 15).statistic("p50") is None
    assert Samples.of_statistics(10, 100, 10, 10).statistic("p50") == 10


def test_longer_periods_gather_minutes(account):
    for _ in range(10):
        account.metrics.put(*NAME, CHURN, 1.0)
        account.kernel.advance(60)
    assert [p["Sum"] for p in statistics(account, "Sum", period=300)] == [5.0, 5.0]


def test_units_are_told_apart(account):
    account.metrics.put(*NAME, CHURN, 1.0, unit="Seconds")
    account.metrics.put(*NAME, CHURN, 2.0, unit="Count")
    assert statistics(account, "Sum", Unit="Count")[0]["Sum"] == 2.0
    assert statistics(account, "Sum", Unit="Bytes") == []


def test_data_put_over_the_api_come_back(account):
    cloudwatch = account.client("cloudwatch")
    data = [
        {"MetricName": "Queue", "Value": 3.0, "Unit": "Count"},
        {"MetricName": "Queue", "Values": [1.0, 2.0], "Counts": [2.0, 1.0]},
    ]
    cloudwatch.put_metric_data(Namespace="Slipway", MetricData=data)
    query = {
        "Id": "q",
        "MetricStat": {
            "Metric": {"Namespace": "Slipway", "MetricName": "Queue"},
            "Period": 60,
            "Stat": "Sum",
        },
    }
    span = {"StartTime": START, "EndTime": START + timedelta(minutes=5)}
    result = cloudwatch.get_metric_data(MetricDataQueries=[query], **span)["MetricDataResults"][0]
    assert (result["Id"], result["Values"], result["Timestamps"]) == ("q", [7.0], [START])


def test_high_resolution_data(account):
    cloudwatch = account.client("cloudwatch")
    for value in (1.0, 2.0):
        datum = {"MetricName": "M", "Value": value, "StorageResolution": 1}
        cloudwatch.put_metric_data(Namespace="S", MetricData=[datum])
        account.kernel.advance(10)
    found = cloudwatch.get_metric_statistics(
        Namespace="S",
        MetricName="M",
        StartTime=START,
        EndTime=START + timedelta(seconds=60),
        Period=10,
        Statistics=["Sum"],
    )["Datapoints"]
    assert sorted(point["Sum"] for point in found) == [1.0, 2.0]


@pytest.mark.parametrize(
    ("namespace", "datum", "problem"),
    [
        ("AWS/SageMaker", {"Value": 1.0}, "reserved"),
        ("S", {}, "Exactly one of"),
        ("S", {"Value": 1.0, "Values": [1.0]}, "Exactly one of"),
        ("S", {"Values": [1.0], "Counts": [1.0, 2.0]}, "equally long"),
        ("S", {"Value": 1.0, "Timestamp": START - timedelta(days=15)}, "two weeks"),
        ("S", {"Value": 1.0, "Timestamp": START + timedelta(hours=3)}, "two hours"),
    ],
)
def test_data_that_cloudwatch_refuses(account, namespace, datum, problem):
    data = [{"MetricName": "M", **datum}]
    with pytest.raises(ClientError, match=problem):
        account.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data)


def test_metric_math_is_refused_by_name(account):
    query = {"Id": "e", "Expression": "m1 / m2"}
    span = {"StartTime": START, "EndTime": START + timedelta(minutes=5)}
    with pytest.raises(ClientError, match="metric math 'm1 / m2'"):
        account.client("cloudwatch").get_metric_data(MetricDataQueries=[query], **span)


def test_metrics_inside_log_lines(account):
    line = {
        "_aws": {
            "Timestamp": int(START.timestamp() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": "Slipway",
                    "Dimensions": [["endpoint"], ["endpoint", "absent"], []],
                    "Metrics": [{"Name": "Released", "Unit": "Count"}, {"Name": "Text"}],
                }
            ],
        },
        "endpoint": "churn",
        "Released": [1, 2],
        "Text": "no number",
    }
    account.metrics.put_emf(line)
    account.metrics.put_emf({"message": "no metrics here"})
    assert set(account.metrics.ids()) == {
        MetricId.of("Slipway", "Released", {"endpoint": "churn"}),
        MetricId.of("Slipway", "Released", {}),
    }
    found = account.metrics.samples(
        MetricId.of("Slipway", "Released", {}), START.timestamp(), START.timestamp() + 60
    )
    assert (found.total, found.count) == (3, 2)


def test_listing_filters(account):
    account.metrics.put(*NAME, CHURN, 1.0)
    account.metrics.put("Other", "M", {}, 1.0)
    cloudwatch = account.client("cloudwatch")
    by_dimension = cloudwatch.list_metrics(Dimensions=[{"Name": "EndpointName"}])["Metrics"]
    assert [metric["MetricName"] for metric in by_dimension] == ["ModelLatency"]
    assert cloudwatch.list_metrics(Namespace="None")["Metrics"] == []


def test_old_data_become_coarse_and_go_away(account):
    metric = MetricId.of("S", "M", {})
    for _ in range(3000):
        account.metrics.put("S", "M", {}, 1.0, resolution=1)
        account.kernel.advance(20)
    series = account.metrics._series[metric]["None"]
    assert len(series._times) < 3000 * 0.75
    first = START.timestamp()
    assert account.metrics.samples(metric, first, first + 60_000).count == 3000
