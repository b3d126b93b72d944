"""What watching traffic needs from outside, as AWS has it and as its fakes in memory do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from slipway.adapters.clients import client
from slipway.adapters.gauges import EmbeddedGauges
from slipway.adapters.ledger import Ledger
from slipway.adapters.monitoring import ModelFiles, MonitoringBucket
from slipway.domain.drift.record import BaselineRef, DriftRecord, Pending, Run, Watermark
from slipway.errors import FileGone, LedgerConflict
from tests.fakes.drift import FakeModelFiles, FakeMonitoring
from tests.fakes.ledger import FakeLedger
from tests.fakes.table import create_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

# moto takes a bucket that is called `monitoring` for CloudWatch.
BUCKET = "watched"
MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHOLE = DriftRecord(
    "churn",
    release="1-abc",
    version="1",
    variant="1-abc",
    model="sha",
    run=Run("run", "arn:one", "2026-03-02T09:00:00+00:00", "2026-03-02T09:00:00Z"),
    watermark=Watermark("now", "first", "index"),
    baseline=BaselineRef("baseline.csv", "key", "s3://a/b", 10, {"baseline.csv": "v1"}),
    pending=Pending("key", "now", 5),
    learning=Pending("other", "now", 6),
    episode={"id": "run", "features": ["a"]},
    labels=Watermark("now", "first", "index"),
    telling={"run": "run", "turn": {"about": None}},
    failing={"since": "now", "times": 3},
    history=({"run": "run", "ratios": {"input/a": 0.25}},),
)


@pytest.fixture(params=["memory", "aws"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if request.param == "memory":
        yield FakeLedger()
        return
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        create_ledger()
        yield Ledger("ledger")


def test_an_endpoint_that_nobody_looked_at_is_empty(ledger: Any) -> None:
    assert ledger.read_drift("churn") == DriftRecord("churn")


def test_what_is_known_comes_back_as_it_was_written(ledger: Any) -> None:
    ledger.write_drift(WHOLE)
    found = ledger.read_drift("churn")
    assert found.revision == 1
    ledger.write_drift(found)
    assert ledger.read_drift("churn").revision == 2
    for name in ("run", "watermark", "baseline", "pending", "learning", "episode", "labels"):
        assert getattr(found, name) == getattr(WHOLE, name), name
    for name in ("telling", "failing", "history", "release", "variant", "model"):
        assert getattr(found, name) == getattr(WHOLE, name), name


def test_of_two_writes_on_one_reading_the_second_is_refused(ledger: Any) -> None:
    ledger.write_drift(WHOLE)
    with pytest.raises(LedgerConflict):
        ledger.write_drift(WHOLE)


class Bucket:
    """The monitoring bucket, with somebody who puts captures there."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.bucket: Any = MonitoringBucket(BUCKET)
        if kind == "memory":
            self.bucket = FakeMonitoring(MOMENT)
        else:
            client("s3").create_bucket(Bucket=BUCKET)

    def place(self, key: str, content: bytes) -> None:
        if self.kind == "memory":
            self.bucket.place(key, content)
        else:
            client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)


@pytest.fixture(params=["memory", "aws"])
def bucket(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield Bucket(request.param)


def test_files_are_listed_in_order_from_a_key_on(bucket: Bucket) -> None:
    for number in (3, 1, 2):
        bucket.place(f"in/{number}/x", b"x" * number)
    bucket.place("other", b"")
    found = list(bucket.bucket.list_from("in/"))
    assert [(each.key, each.size) for each in found] == [
        ("in/1/x", 1),
        ("in/2/x", 2),
        ("in/3/x", 3),
    ]
    assert len({each.etag for each in found}) == 3
    assert all(each.modified.tzinfo and '"' not in each.etag for each in found)
    assert [each.key for each in bucket.bucket.list_from("in/", "in/2/")] == ["in/2/x", "in/3/x"]


def test_many_files_are_listed_page_by_page(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    for number in range(8):
        bucket.place(f"in/{number:04}", b"x")
    assert len(list(bucket.bucket.list_from("in/"))) == 8


def test_a_part_of_a_file_is_read_in_pieces(bucket: Bucket) -> None:
    content = bytes(range(256)) * 9000
    bucket.place("in", content)
    assert b"".join(bucket.bucket.read_part("in", 5, len(content))) == content[5:]
    assert b"".join(bucket.bucket.read_part("in", 0, 9)) == content[:9]
    for key, start in (("nowhere", 0), ("in", len(content))):
        with pytest.raises(FileGone):
            list(bucket.bucket.read_part(key, start, start + 9))


def test_a_file_that_is_removed_is_gone_also_if_it_is_removed_again(bucket: Bucket) -> None:
    bucket.place("in/1", b"x")
    bucket.place("in/2", b"x")
    bucket.bucket.remove("in/1")
    bucket.bucket.remove("in/1")
    assert [each.key for each in bucket.bucket.list_from("in/")] == ["in/2"]


def test_a_file_is_there_once_it_is_put(bucket: Bucket) -> None:
    shelf = bucket.bucket
    assert (shelf.get("a"), shelf.has("a")) == (None, False)
    assert shelf.put("a", b"1") == shelf.uri("a")
    assert shelf.uri("a").startswith("s3://")
    assert (shelf.get("a"), shelf.has("a")) == (b"1", True)


@pytest.mark.parametrize("lines", [[], [b"1\n"], [b"%d\n" % n for n in range(300_000)]])
def test_lines_come_back_however_many_there_are(bucket: Bucket, lines: list[bytes]) -> None:
    bucket.bucket.put_lines("list", iter(lines))
    assert [line + b"\n" for line in bucket.bucket.lines("list")] == lines
    with pytest.raises(FileGone):
        list(bucket.bucket.lines("nowhere"))


@pytest.mark.parametrize("kind", ["memory", "aws"])
def test_a_file_beside_a_model_is_read_at_its_version(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        files: Any = FakeModelFiles()
        if kind == "aws":
            client("s3").create_bucket(Bucket="artifacts")
            status = {"Status": "Enabled"}
            client("s3").put_bucket_versioning(Bucket="artifacts", VersioningConfiguration=status)
            files = ModelFiles("artifacts")
        assert files.version_of("a") is None
        versions = []
        for content in (b"one", b"two"):
            if kind == "aws":
                client("s3").put_object(Bucket="artifacts", Key="a", Body=content)
            else:
                files.place("a", content)
            versions.append(files.version_of("a"))
        assert [b"".join(files.pieces("a", v)) for v in versions] == [b"one", b"two"]
        assert files.uri("a") == "s3://artifacts/a"
        with pytest.raises(FileGone):
            list(files.pieces("b", versions[0]))


def test_metrics_are_lines_that_cloudwatch_reads(capsys: pytest.CaptureFixture[str]) -> None:
    values = {f"feature_{number}": number / 2 for number in range(150)}
    EmbeddedGauges("Slipway/Drift").show(values, {"Endpoint": "churn"}, MOMENT)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [len(each["_aws"]["CloudWatchMetrics"][0]["Metrics"]) for each in told] == [100, 50]
    first = told[0]
    assert first["_aws"]["Timestamp"] == int(MOMENT.timestamp() * 1000)
    (directive,) = first["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Slipway/Drift", [["Endpoint"]])
    assert (first["Endpoint"], first["feature_1"]) == ("churn", 0.5)
