"""Traffic that drifts on the sandbox: by schedule, told once, counted once, however a run ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from sandbox.account import ROOT
from sandbox.hosting import PRETENDING
from tests.stage.archives import scripted
from tests.stage.drifting import HOUR, Drifting
from tests.stage.endpoint import scripted_spec
from tests.unit.drift_runs.captures import lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

DETECTED, SUGGESTED, OVER = "Model Drift Detected", "Retraining Suggested", "Model Drift Over"
# Enough for two batches, which are profiled side by side.
MANY = 70
QUARTER = HOUR / 4 + 60
BY_HAND = "drift: {label: label, schedule: 'cron(0 0 1 * ? *)'}\n"


@pytest.fixture(autouse=True)
def models_pretend(stage: Stage) -> None:
    """Let no process serve: captures are put into the bucket here."""
    stage.sandbox.account.hosting.use(PRETENDING)


def check_schemas(stage: Stage, endpoint: Endpoint) -> None:
    """Check that every event about the endpoint is as its schema says."""
    for event in stage.said(endpoint.name):
        name = event["detail-type"].lower().replace(" ", "-")
        schema = json.loads((ROOT / "docs" / "events" / f"{name}.schema.json").read_text())
        jsonschema.validate(event, schema)


def test_drift_is_found_by_schedule_told_once_and_its_end_too(
    stage: Stage, endpoint: Endpoint
) -> None:
    drifting = Drifting(stage, endpoint, "drift: {label: label, schedule: rate(12 hours)}\n")
    since = len(stage.sandbox.account.gateway.records)
    # A rate begins at once, before anything is captured, and each look within a quarter of an hour.
    stage.sandbox.advance(QUARTER)
    for mean in (2.0, 2.0, 0.0, 0.0, 0.0):
        drifting.traffic(mean=mean)
        stage.sandbox.advance(12 * HOUR)
    stage.sandbox.advance(QUARTER)

    verdicts = [each["verdict"] for each in drifting.record.history]
    assert verdicts == ["cannot-tell", "drift", "drift", "no-drift", "no-drift", "no-drift"]
    assert {each["status"] for each in drifting.executions()} == {"SUCCEEDED"}
    assert drifting.kinds() == [DETECTED, SUGGESTED, OVER]
    check_schemas(stage, endpoint)
    told = [body["detail-type"] for body in stage.told(endpoint.name)]
    assert [kind for kind in told if "Drift" in kind or "Retraining" in kind] == [DETECTED, OVER]
    subjects = [subject for subject, _ in stage.mails(endpoint.name) if "Drift" in subject]
    assert subjects == [f"{DETECTED}: {endpoint.name} 1", f"{OVER}: {endpoint.name} 1"]

    (metric,) = stage.client("cloudwatch").list_metrics(
        Namespace="Slipway/Drift",
        MetricName="feature_baseline_drift_a",
        Dimensions=[{"Name": "Endpoint", "Value": endpoint.name}],
    )["Metrics"]
    assert metric["MetricName"] == "feature_baseline_drift_a"
    report = drifting.record.history[1]["report"].removeprefix(f"s3://{drifting.bucket}/")
    page = stage.client("s3").get_object(Bucket=drifting.bucket, Key=report)
    assert page["ContentType"].startswith("text/html")
    assert stage.denied(since) == []


def test_a_run_that_is_killed_half_way_counts_nothing_twice(
    stage: Stage, endpoint: Endpoint
) -> None:
    drifting = Drifting(stage, endpoint, BY_HAND)
    for number in range(MANY):
        drifting.traffic(10 + number % 3)
    rows = sum(10 + number % 3 for number in range(MANY))
    stage.sandbox.advance(600)
    client = stage.client("stepfunctions")

    killed = drifting.start()
    stage.sandbox.run_until(lambda: "Profile Captures" in stage.states(killed))
    client.stop_execution(executionArn=killed)
    other = drifting.look()
    assert other["status"] == "SUCCEEDED"
    assert [each["rows"] for each in drifting.record.history] == [rows]
    # What counts by now is not counted by whoever comes back.
    client.redrive_execution(executionArn=killed)
    drifting.wait(killed)
    assert stage.describe(killed)["status"] == "SUCCEEDED"
    assert stage.states(killed)[-1] == "Run Lost"
    assert [each["rows"] for each in drifting.record.history] == [rows]

    drifting.traffic(500)
    stage.sandbox.advance(600)
    killed = drifting.start()
    stage.sandbox.run_until(lambda: "Judge Drift" in stage.states(killed))
    client.stop_execution(executionArn=killed)
    stage.sandbox.advance(60)
    client.redrive_execution(executionArn=killed)
    drifting.wait(killed)
    assert [each["rows"] for each in drifting.record.history] == [rows, 500]


def test_late_and_copied_files_are_counted_once(stage: Stage, endpoint: Endpoint) -> None:
    drifting = Drifting(stage, endpoint, BY_HAND)
    content = drifting.traffic(300)
    stage.sandbox.advance(600)
    assert drifting.look()["status"] == "SUCCEEDED"
    late = drifting.traffic(250)
    drifting.capture(content, "copy")
    drifting.capture(late, "the-same", hours_ago=30)
    drifting.capture(lines(["1,2"] * 50, prefix="late"), "late", hours_ago=30)
    drifting.capture(b"", "empty")
    drifting.capture(b'{"captureData": {"endpointInp', "half")
    stage.sandbox.advance(600)
    assert drifting.look()["status"] == "SUCCEEDED"
    entries = drifting.record.history
    assert [(each["rows"], each["troubles"]) for each in entries] == [
        (300, {}),
        (300, {"half_written": 1}),
    ]


def test_what_cannot_be_looked_at_is_told_and_looked_at_again(
    stage: Stage, endpoint: Endpoint
) -> None:
    drifting = Drifting(stage, endpoint, BY_HAND.replace("label: label", "label: nothing"))
    drifting.traffic()
    stage.sandbox.advance(600)
    for _ in range(2):
        failed = drifting.look()
        assert (failed["status"], failed["error"]) == ("FAILED", "BaselineRefused")
    assert "The label 'nothing' is no column of the baseline" in failed["cause"]
    assert drifting.kinds() == ["Drift Check Failed"]
    check_schemas(stage, endpoint)
    good = drifting.training().replace("label", "nothing")
    stage.sandbox.put(endpoint.key("1", "baseline.csv"), good.encode())
    assert drifting.look()["status"] == "SUCCEEDED"
    assert [each["verdict"] for each in drifting.record.history] == ["failed"] * 2 + ["no-drift"]


def test_a_model_that_turns_out_bad_is_told_days_later(stage: Stage, endpoint: Endpoint) -> None:
    business = "business: [{namespace: Shop, metric: Sales, statistic: Sum, at_least: 10}]"
    quality = f"{{problem: binary, minimum: 100, limits: {{accuracy: 0.9}}, {business}}}"
    drifting = Drifting(
        stage, endpoint, BY_HAND.replace("schedule:", f"quality: {quality}, schedule:")
    )
    since = len(stage.sandbox.account.gateway.records)

    def later(truth: Callable[[int], int], sales: float) -> None:
        ids = drifting.answered(300)
        stage.sandbox.advance(600)
        assert drifting.look()["status"] == "SUCCEEDED"
        stage.sandbox.advance(50 * HOUR)
        drifting.truth({each: str(truth(n)) for n, each in enumerate(ids)})
        sold = {"MetricName": "Sales", "Value": sales, "Timestamp": stage.sandbox.kernel.now()}
        stage.client("cloudwatch").put_metric_data(Namespace="Shop", MetricData=[sold])
        stage.sandbox.advance(600)
        assert drifting.look()["status"] == "SUCCEEDED"

    later(lambda n: n % 2, 9)
    assert drifting.kinds() == [DETECTED, SUGGESTED]
    check_schemas(stage, endpoint)
    suggested = stage.said(endpoint.name)[-1]["detail"]
    assert [each["name"] for each in suggested["features"]] == ["accuracy", "Sales"]
    assert suggested["data"]["ground_truth"].endswith(f"groundtruth/{endpoint.name}/")

    limit = {"threshold": 0.9, "comparison_operator": "LessThanThreshold"}
    constraints = {"binary_classification_constraints": {"recall": limit}}
    stage.sandbox.put(endpoint.key("1", "constraints.json"), json.dumps(constraints).encode())
    later(lambda _: 1, 11)
    assert drifting.record.truths
    assert drifting.record.truths["figures"]["verdict"] == "no-drift"
    assert drifting.kinds() == [DETECTED, SUGGESTED]
    assert stage.denied(since) == []


def test_what_is_gone_is_made_anew_or_done_without(stage: Stage, endpoint: Endpoint) -> None:
    drifting = Drifting(stage, endpoint, BY_HAND)
    since = len(stage.sandbox.account.gateway.records)
    drifting.traffic(50)
    stage.sandbox.advance(600)
    assert drifting.look()["status"] == "SUCCEEDED"
    assert drifting.record.pending
    # What waits to be judged has expired.
    stage.client("s3").delete_object(Bucket=drifting.bucket, Key=drifting.record.pending.key)
    drifting.traffic(300)
    stage.sandbox.advance(600)
    assert drifting.look()["status"] == "SUCCEEDED"
    # Somebody has deleted what is compared with.
    assert drifting.record.baseline
    stage.client("s3").delete_object(Bucket=drifting.bucket, Key=drifting.record.baseline.key)
    drifting.traffic(300)
    stage.sandbox.advance(600)
    assert drifting.look()["status"] == "SUCCEEDED"
    verdicts = [(each["verdict"], each["rows"]) for each in drifting.record.history]
    assert verdicts == [("cannot-tell", 50), ("no-drift", 300), ("no-drift", 300)]
    assert stage.denied(since) == []


def test_what_takes_a_variants_place_is_judged_by_what_it_was_asked_itself(
    stage: Stage, endpoint: Endpoint
) -> None:
    drifting = Drifting(stage, endpoint, BY_HAND)

    def asked(mean: float, rows: int) -> bytes:
        told = [f"{mean + n % 7},{n % 5}" for n in range(rows)]
        return lines(told, f"{mean}", f"{stage.sandbox.kernel.now():%FT%TZ}")

    old = asked(50.0, 300)
    managed = scripted_spec(drift=BY_HAND).replace("all-at-once", "managed, steps: [100]")
    endpoint.spec(managed)
    trained = "\n".join(["a,b,label", *(f"{5.0 + n % 7},{n % 5},{n % 2}" for n in range(1000)), ""])
    stage.sandbox.put(endpoint.key("2", "baseline.csv"), trained.encode())
    second = endpoint.release("2", scripted("two"))
    assert second.outcome == "succeeded", second.reason
    live = stage.ledger.read_endpoint(endpoint.name).live
    assert live
    assert (live.drop.version, live.variant) == ("2", drifting.variant)

    # The hour's file holds what both were asked.
    stage.sandbox.advance(60)
    drifting.capture(old + asked(5.0, 250))
    stage.sandbox.advance(600)
    assert drifting.look()["status"] == "SUCCEEDED"
    record = drifting.record
    assert [(each["verdict"], each["rows"]) for each in record.history] == [("no-drift", 250)]
    assert (record.version, record.since) == ("2", second.ended)
    assert record.baseline
    assert record.baseline.uri.endswith(endpoint.key("2", "baseline.csv"))
    assert drifting.kinds() == []
