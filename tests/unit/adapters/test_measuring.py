"""Measurements, captures, the gate and reports, each as AWS and its fake in memory have them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.gateway import Fault
from sandbox.kernel import Kernel
from slipway.adapters import captures, gate, metric_data, reports
from slipway.adapters.business import CustomMetrics
from slipway.adapters.captures import CaptureBucket
from slipway.adapters.gate import GateMetric
from slipway.adapters.measurements import VariantMetrics
from slipway.adapters.reports import ReportBucket
from slipway.domain.gate import gate_alarm, gate_request
from slipway.domain.judge import CustomMetric, Sample, VariantMinute
from slipway.domain.replay import parse_captures
from slipway.errors import ServiceBusy
from tests.fakes.measuring import FakeCaptures, FakeGate, FakeMeasurements, FakeReports
from tests.unit.sandbox_events.events_account import EventsAccount

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BUCKET = "monitoring"


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[EventsAccount]:
    """The sandbox's CloudWatch and S3: moto's own knows no percentiles and no alarms that ring."""
    monkeypatch.setattr("sandbox.account.Quotas", lambda *_: None)
    account = EventsAccount(Kernel(start=START))
    for module in (captures, gate, metric_data, reports):
        monkeypatch.setattr(module, "client", account.client)
    yield account
    account.close()


@pytest.fixture
def s3(cloudwatch: EventsAccount) -> Any:
    client = cloudwatch.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


# --- measurements -------------------------------------------------------------------------------

MINUTES = [
    VariantMinute(at(0), 10, 0, 20_000.0, tail=20_000.0),
    VariantMinute(at(1), 10, 2, 30_000.0, tail=30_000.0, refused=1),
    VariantMinute(at(3), 5, 5, 40_000.0, tail=40_000.0),
]


def sent(account: EventsAccount, minute: VariantMinute, variant: str = "blue") -> None:
    """Put what SageMaker reports of a minute: every error that is not 4xx is a 5xx."""
    where = {"EndpointName": "churn", "VariantName": variant}
    model = minute.errors + minute.refused
    counts = {
        "Invocations": minute.requests,
        "Invocation4XXErrors": minute.refused,
        "Invocation5XXErrors": minute.errors,
        "InvocationModelErrors": model,
        "ModelLatency": minute.latency,
    }
    for name, value in counts.items():
        account.metrics.put("AWS/SageMaker", name, where, float(value or 0), at=minute.minute)


@pytest.fixture(params=["memory", "cloudwatch"])
def measured(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        fake = FakeMeasurements()
        fake.add("churn", "blue", *MINUTES)
        return fake
    account = request.getfixturevalue("cloudwatch")
    for minute in MINUTES:
        sent(account, minute)
    sent(account, VariantMinute(at(0), 99, 9, 1.0), "green")
    return VariantMetrics()


def test_a_variants_minutes_are_measured_in_order(measured: Any) -> None:
    assert measured.minutes("churn", "blue", at(0), at(10)) == MINUTES


def test_the_span_includes_its_beginning_and_not_its_end(measured: Any) -> None:
    assert measured.minutes("churn", "blue", at(1), at(3)) == MINUTES[1:2]
    assert measured.minutes("churn", "blue", at(0.5), at(3)) == MINUTES[1:2]
    assert measured.minutes("churn", "blue", at(3), at(3)) == []


def test_a_variant_without_requests_has_no_minutes(measured: Any) -> None:
    assert measured.minutes("churn", "grey", at(0), at(10)) == []


def test_a_request_that_never_became_an_answer_is_an_error(cloudwatch: EventsAccount) -> None:
    where = {"EndpointName": "churn", "VariantName": "blue"}
    # Of ten, one was refused, one answered 500 and one timed out.
    for name, value in {
        "Invocations": 10,
        "Invocation4XXErrors": 1,
        "Invocation5XXErrors": 1,
        "InvocationModelErrors": 3,
    }.items():
        cloudwatch.metrics.put("AWS/SageMaker", name, where, float(value), at=START)
    (minute,) = VariantMetrics().minutes("churn", "blue", at(0), at(1))
    assert (minute.requests, minute.errors, minute.refused) == (10, 2, 1)


DIMENSIONS = {"Endpoint": "{endpoint}", "Variant": "{variant}"}
CONVERSION = CustomMetric("Shop", "Conversion", "Average", DIMENSIONS)
SALES = CustomMetric("Shop", "Sales", "SumPerRequest", {"Variant": "{variant}"})


def test_metrics_of_users_come_with_the_minutes_they_are_of(cloudwatch: EventsAccount) -> None:
    sent(cloudwatch, MINUTES[0])
    whose = {"Endpoint": "churn", "Variant": "blue"}
    for minute, name, dimensions, value in (
        (0, "Conversion", whose, 0.0),
        (0, "Conversion", whose, 1.0),
        (0, "Conversion", whose | {"Variant": "green"}, 9.0),
        (2, "Conversion", whose, 1.0),
        (0, "Sales", {"Variant": "blue"}, 30.0),
        (0, "Sales", {"Variant": "blue"}, 12.0),
    ):
        cloudwatch.metrics.put("Shop", name, dimensions, value, at=at(minute))
    seen = len(cloudwatch.gateway.records)
    found = VariantMetrics().minutes("churn", "blue", at(0), at(10), custom=[CONVERSION, SALES])
    assert [each.custom for each in found] == [
        (Sample(0.5, 2), Sample(42, 2)),
        (Sample(1, 1), None),
    ]
    assert (found[0].requests, found[1].requests) == (10, 0)
    assert len(cloudwatch.gateway.records) == seen + 1


def test_nobody_asks_for_metrics_that_no_spec_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Seen:
        def get_metric_data(self, **request: Any) -> dict[str, Any]:
            asked.extend(query["Id"] for query in request["MetricDataQueries"])
            return {"MetricDataResults": []}

    monkeypatch.setattr(metric_data, "client", lambda _: Seen())
    VariantMetrics().minutes("churn", "blue", at(0), at(1))
    assert len(asked) == 6
    VariantMetrics().minutes("churn", "blue", at(0), at(1), custom=[CONVERSION])
    assert asked[12:] == ["custom0", "count0"]


def test_errors_that_arrive_before_their_requests_are_kept(cloudwatch: EventsAccount) -> None:
    where = {"EndpointName": "churn", "VariantName": "blue"}
    cloudwatch.metrics.put("AWS/SageMaker", "Invocation5XXErrors", where, 3.0, at=START)
    (minute,) = VariantMetrics().minutes("churn", "blue", at(0), at(1))
    assert (minute.requests, minute.errors) == (3, 3)


def test_all_pages_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def page(moment: datetime, token: str) -> dict[str, Any]:
        result = {"Id": "requests", "Timestamps": [moment], "Values": [7.0]}
        return {"MetricDataResults": [result]} | ({"NextToken": token} if token else {})

    class Paged:
        def get_metric_data(self, **request: Any) -> dict[str, Any]:
            return page(at(1), "") if request.get("NextToken") == "more" else page(at(0), "more")

    monkeypatch.setattr(metric_data, "client", lambda _: Paged())
    found = VariantMetrics().minutes("churn", "blue", at(0), at(10))
    assert [(each.minute, each.requests) for each in found] == [(at(0), 7), (at(1), 7)]


def test_what_cloudwatch_could_not_read_is_no_absence_of_errors(
    cloudwatch: EventsAccount,
) -> None:
    cloudwatch.gateway.faults.add(Fault("cloudwatch", "GetMetricData", fail_entries=True))
    with pytest.raises(ServiceBusy, match="could not read requests"):
        VariantMetrics().minutes("churn", "2-abc", at(0), at(4))
    assert VariantMetrics().minutes("churn", "2-abc", at(0), at(4)) == []


# --- captures -----------------------------------------------------------------------------------


def line(number: int, *, inference: str = "", body: str = "1,2") -> str:
    moment = START + timedelta(hours=7 * number)
    side = {"observedContentType": "text/csv", "data": body, "encoding": "CSV"}
    event = {"eventId": f"event-{number}", "inferenceTime": moment.isoformat()}
    if inference:
        event["inferenceId"] = inference
    data = {"endpointInput": side, "endpointOutput": side}
    return json.dumps({"captureData": data, "eventMetadata": event, "eventVersion": "0"})


def keep(s3: Any, name: str, *lines: str, variant: str = "blue") -> None:
    key = f"capture/churn/{variant}/{name}"
    s3.put_object(Bucket=BUCKET, Key=key, Body="\n".join(lines).encode())


LINES = {
    "2025/12/31/23/00-1.jsonl": [line(0)],
    "2026/01/01/00/00-1.jsonl": [line(1), line(2)],
    "2026/01/02/09/00-1.jsonl": [line(3), line(4, inference="slipway-smoke-4")],
    "2026/01/02/10/00-1.jsonl": [line(5)],
}


@pytest.fixture(params=["memory", "s3"])
def captured(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        fake = FakeCaptures()
        for lines in LINES.values():
            fake.add("churn", "blue", *parse_captures(lines))
        fake.add("churn", "green", *parse_captures([line(9)]))
        return fake
    s3 = request.getfixturevalue("s3")
    for name, lines in LINES.items():
        keep(s3, name, *lines)
    keep(s3, "2026/01/02/11/00-1.jsonl", line(9), variant="green")
    return CaptureBucket(BUCKET)


@pytest.mark.parametrize(
    ("count", "numbers"), [(1, [5]), (3, [2, 3, 5]), (100, [0, 1, 2, 3, 5]), (0, [])]
)
def test_the_newest_requests_of_users_are_found(
    captured: Any, count: int, numbers: list[int]
) -> None:
    found = captured.latest("churn", "blue", count)
    assert [each.event_id for each in found] == [f"event-{number}" for number in numbers]


def test_a_variant_without_captures_has_none(captured: Any) -> None:
    assert captured.latest("churn", "grey", 5) == []


def test_of_a_huge_file_only_the_end_is_read(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line(number, body="7" * 400) for number in range(50)]
    keep(s3, "2026/01/02/10/00-1.jsonl", *lines)
    monkeypatch.setattr("slipway.adapters.captures.FILE_BYTES", 2000)
    found = CaptureBucket(BUCKET).latest("churn", "blue", 50)
    assert 0 < len(found) < 5
    assert found[-1].event_id == "event-49"


def test_a_captured_line_ends_with_a_line_feed_only(s3: Any) -> None:
    escaped = [line(number, body="a\u2028b\x85c") for number in (1, 2)]
    written = [json.dumps(json.loads(each), ensure_ascii=False) for each in escaped]
    assert "\u2028" in written[0]
    keep(s3, "2026/01/02/10/00-1.jsonl", *written)
    found = CaptureBucket(BUCKET).latest("churn", "blue", 5)
    assert [each.body.decode() for each in found] == ["a\u2028b\x85c"] * 2


def test_reading_stops_at_its_bound(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for hour in range(20):
        keep(s3, f"2026/01/02/{hour:02}/00-1.jsonl", line(hour))
    monkeypatch.setattr("slipway.adapters.captures.ALL_BYTES", 3 * len(line(10)))
    found = CaptureBucket(BUCKET).latest("churn", "blue", 20)
    assert [each.event_id for each in found] == ["event-17", "event-18", "event-19"]


def test_empty_files_are_passed_over(s3: Any) -> None:
    keep(s3, "2026/01/02/10/00-1.jsonl", line(5))
    s3.put_object(Bucket=BUCKET, Key="capture/churn/blue/2026/01/02/11/00-1.jsonl", Body=b"")
    assert len(CaptureBucket(BUCKET).latest("churn", "blue", 5)) == 1


# --- the gate -----------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "cloudwatch"])
def doors(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """Return the gate, and what tells whether its alarm rings and why."""
    if request.param == "memory":
        fake = FakeGate()
        return fake, lambda: fake.pulled.get(gate_alarm("churn", "2-ab"), "")
    cloudwatch = request.getfixturevalue("cloudwatch").client("cloudwatch")
    cloudwatch.put_metric_alarm(**gate_request("churn", "2-ab"))

    def ringing() -> str:
        (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
        return str(alarm["StateReason"]) if alarm["StateValue"] == "ALARM" else ""

    return GateMetric(), ringing


def test_a_held_gate_does_not_ring(doors: tuple[Any, Any]) -> None:
    door, ringing = doors
    door.hold("churn", "2-ab")
    assert ringing() == ""


def test_a_pulled_gate_rings_at_once_with_the_reason(doors: tuple[Any, Any]) -> None:
    door, ringing = doors
    door.pull("churn", "2-ab", gate_alarm("churn", "2-ab"), "5 % errors")
    assert ringing() == "5 % errors"


def test_a_pulled_gate_goes_on_ringing(cloudwatch: EventsAccount) -> None:
    cloudwatch.client("cloudwatch").put_metric_alarm(**gate_request("churn", "2-ab"))
    GateMetric().hold("churn", "2-ab")
    cloudwatch.kernel.advance(180)
    GateMetric().pull("churn", "2-ab", gate_alarm("churn", "2-ab"), "x" * 3000)
    cloudwatch.kernel.advance(600)
    (alarm,) = cloudwatch.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarm["StateValue"] == "ALARM"


# --- reports ------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "s3"])
def shelf(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """Return where reports go, and what reads one."""
    if request.param == "memory":
        fake = FakeReports()
        return fake, fake.pages.__getitem__
    s3 = request.getfixturevalue("s3")

    def read(uri: str) -> str:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        page: str = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        return page

    return ReportBucket(BUCKET), read


def test_a_later_report_takes_the_place_of_an_earlier_one(shelf: tuple[Any, Any]) -> None:
    kept, read = shelf
    first = kept.publish("churn", "2-ab", "<p>Running</p>")
    assert kept.publish("churn", "2-ab", "<p>5 % – rolled back</p>") == first
    assert first == "s3://monitoring/reports/churn/releases/2-ab.html"
    assert read(first) == "<p>5 % – rolled back</p>"


def test_a_report_opens_in_a_browser(s3: Any) -> None:
    ReportBucket(BUCKET).publish("churn", "2-ab", "<p>–</p>")
    head = s3.head_object(Bucket=BUCKET, Key="reports/churn/releases/2-ab.html")
    assert head["ContentType"] == "text/html; charset=utf-8"


# --- business metrics ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("Average", 4.0), ("Sum", 24.0), ("Minimum", 1.0), ("Maximum", 9.0)],
)
def test_a_business_metric_is_read_over_all_of_a_window(
    cloudwatch: EventsAccount, statistic: str, expected: float
) -> None:
    told = {0: [1.0, 2.0, 3.0], 7: [9.0], 12: [4.0, 5.0]}
    for minute, values in told.items():
        for value in values:
            cloudwatch.client("cloudwatch").put_metric_data(
                Namespace="Shop",
                MetricData=[
                    {
                        "MetricName": "Sales",
                        "Timestamp": at(minute),
                        "Value": value,
                        "Dimensions": [{"Name": "Funnel", "Value": "checkout"}],
                    }
                ],
            )
    numbers = CustomMetrics()
    window = {"statistic": statistic, "since": at(0), "until": at(60)}
    found = numbers.value("Shop", "Sales", {"Funnel": "checkout"}, **window)  # type: ignore[arg-type]  # one of each
    assert found == pytest.approx(expected)
    assert numbers.value("Shop", "Sales", {"Funnel": "other"}, **window) is None  # type: ignore[arg-type]  # one of each
