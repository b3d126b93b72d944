"""Images, captures, the minute's book, durations: what is pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import Unsupported
from sandbox.hosting.book import Minute, Outcome
from sandbox.hosting.capture import Exchange, encoding, record
from sandbox.hosting.durations import Durations
from sandbox.hosting.environments import interpreter
from sandbox.hosting.images import Image, image_of, runnable

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "captures"
REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
NOW = datetime(2030, 1, 7, 9, 5, 7, 120_000, tzinfo=UTC)
SETTINGS: dict[str, Any] = {
    "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    "CaptureContentTypeHeader": {
        "CsvContentTypes": ["text/csv"],
        "JsonContentTypes": ["application/json", "application/jsonlines"],
    },
}


@pytest.mark.parametrize(
    ("uri", "image"),
    [
        (f"{REGISTRY}/sagemaker-scikit-learn:1.2-1-cpu-py3", Image("sklearn", "1.2-1")),
        (f"{REGISTRY}/sagemaker-scikit-learn:1.4-2-py312-cpu-py3", Image("sklearn", "1.4-2")),
        (f"{REGISTRY}/sagemaker-xgboost:3.0-5", Image("xgboost", "3.0-5")),
        (f"{REGISTRY}/sagemaker-xgboost:3.0-5-cpu-py3", Image("xgboost", "3.0-5")),
    ],
)
def test_images_are_known_by_their_uri(uri: str, image: Image) -> None:
    assert image_of(uri) == image


@pytest.mark.parametrize("image", runnable(), ids=lambda image: image.name)
def test_every_image_pins_its_framework_by_version_and_hash(image: Image) -> None:
    version = image.version.replace("-", ".")
    package = {"sklearn": "scikit-learn", "xgboost": "xgboost-cpu"}[image.framework]
    pins = image.pins.read_text()
    assert f"\n{package}=={version} \\\n    --hash=sha256:" in pins


def test_an_image_without_wheels_for_this_python_says_which_pythons_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sandbox.hosting.images.PINS", tmp_path)
    (tmp_path / "sklearn-9.9-1.txt").write_text("# python: 3.6 3.7\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unsupported, match=r"exist for Python 3\.6 or 3\.7 only"):
        interpreter(Image("sklearn", "9.9-1"))


def test_a_record_has_the_members_of_sagemakers_own() -> None:
    line = record(SETTINGS, Exchange(b"1,2", "text/csv", b"{}", "application/json"), NOW, "e")
    assert json.loads(line) == {
        "captureData": {
            "endpointInput": {
                "observedContentType": "text/csv",
                "mode": "INPUT",
                "data": "1,2",
                "encoding": "CSV",
            },
            "endpointOutput": {
                "observedContentType": "application/json",
                "mode": "OUTPUT",
                "data": "{}",
                "encoding": "JSON",
            },
        },
        "eventMetadata": {"eventId": "e", "inferenceTime": "2030-01-07T09:05:07Z"},
        "eventVersion": "0",
    }


# What real records of endpoints have: media type, its name for the encoding, a body.
@pytest.mark.parametrize(
    ("content_type", "encoded", "body"),
    [
        ("text/csv", "CSV", "7,0.5,,a"),
        ("text/csv; charset=utf-8", "CSV", "0.25"),
        ("application/json", "JSON", '{"instances": [{"features": [7, 0.5]}]}'),
        ("application/jsonlines", "JSON", '{"label":1,"score":0.75}\n'),
    ],
)
def test_a_record_of_each_kind_is_as_real_ones_are(
    content_type: str, encoded: str, body: str
) -> None:
    raw = body.encode()
    exchange = Exchange(raw, content_type, raw, content_type, "id-1", "trace=7")
    made = json.loads(record(SETTINGS, exchange, NOW, "e"))
    side = {"observedContentType": content_type, "data": body, "encoding": encoded}
    assert made["captureData"] == {
        "endpointInput": {**side, "mode": "INPUT"},
        "endpointOutput": {**side, "mode": "OUTPUT"},
    }
    assert made["eventMetadata"] == {
        "eventId": "e",
        "inferenceId": "id-1",
        "customAttributes": ["trace=7"],
        "inferenceTime": "2030-01-07T09:05:07Z",
    }


@pytest.mark.parametrize("name", ["endpoint-csv.first20", "endpoint-json", "endpoint-jsonlines"])
def test_records_are_byte_for_byte_as_real_ones(name: str) -> None:
    file = SAMPLES / f"{name}.jsonl"
    if not file.exists():
        pytest.skip("the real samples are not on this machine")
    for real in file.read_text().splitlines():
        wanted = json.loads(real)
        sent, got = (wanted["captureData"][f"endpoint{side}"] for side in ("Input", "Output"))
        exchange = Exchange(
            sent["data"].encode(),
            sent["observedContentType"],
            got["data"].encode(),
            got["observedContentType"],
            wanted["eventMetadata"].get("inferenceId"),
            ",".join(wanted["eventMetadata"].get("customAttributes", [])) or None,
        )
        moment = datetime.fromisoformat(wanted["eventMetadata"]["inferenceTime"])
        made = record(SETTINGS, exchange, moment, wanted["eventMetadata"]["eventId"])
        assert json.loads(made) == wanted


def test_what_is_not_listed_is_base64_and_only_asked_sides_are_captured() -> None:
    settings = {"CaptureOptions": [{"CaptureMode": "Output"}]}
    line = json.loads(record(settings, Exchange(b"1", "text/csv", b"2", "text/csv"), NOW, "e"))
    assert list(line["captureData"]) == ["endpointOutput"]
    assert line["captureData"]["endpointOutput"]["data"] == "Mg=="


def test_parameters_of_a_content_type_do_not_matter() -> None:
    assert encoding("Text/CSV; charset=utf-8", {"CsvContentTypes": ["text/csv"]}) == "CSV"


def test_a_minute_counts_errors_by_side_and_latency_in_microseconds() -> None:
    minute = Minute()
    for status in (200, 200, 415, 500, 0):
        minute.add(Outcome(status, 0.25, 0.001), second=12.0, concurrent=3)
    data = {datum.name: datum for datum in minute.data(instances=2)}
    assert data["Invocations"].values == {1.0: 5}
    assert data["InvocationsPerInstance"].values == {0.5: 5}
    assert data["Invocation4XXErrors"].values == {1.0: 1, 0.0: 4}
    assert data["Invocation5XXErrors"].values == {1.0: 2, 0.0: 3}
    assert data["InvocationModelErrors"].values == {1.0: 3, 0.0: 2}
    assert data["ModelLatency"] == ("ModelLatency", "Microseconds", {250_000: 5}, 0)
    assert data["ConcurrentRequestsPerModel"].offset == 10
    assert minute.load(instances=2) == pytest.approx(1.25 / 120)


def test_a_minute_without_requests_has_no_metrics() -> None:
    assert Minute().data(instances=1) == []


def test_another_seed_takes_other_times() -> None:
    assert Durations(1).fleet("churn", 1) == Durations(1).fleet("churn", 1)
    assert Durations(1).fleet("churn", 1) != Durations(2).fleet("churn", 1)
    assert 160 <= Durations().fleet("churn", 1) <= 300
