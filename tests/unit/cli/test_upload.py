from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from slipway.adapters.clients import client, forget_clients
from slipway.domain.naming import ModelDrop
from slipway_cli.problems import WrongUse
from slipway_cli.upload import Piece, dropped, pieces, sha256_of, upload

DROP = ModelDrop("churn", "7")
MONITOR = ("statistics.json", "my-constraints.json")
FILES = ("m.tar.gz", "e.yaml", "train.csv", *MONITOR, "s.jsonl", "x.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "m.tar.gz",
        "e.yaml",
        "train.csv",
        "statistics.json",
        "my-constraints.json",
        "s.jsonl",
        "x.txt",
    ):
        (tmp_path / name).write_text(name)
    return tmp_path


def keys(
    folder: Path, baseline: tuple[str, ...] = (), *, spec: bool = False, smoke: bool = False
) -> list[str]:
    found = pieces(
        DROP,
        folder / "m.tar.gz",
        spec=folder / "e.yaml" if spec else None,
        baseline=[folder / name for name in baseline],
        smoke=folder / "s.jsonl" if smoke else None,
    )
    return [piece.key for piece in found]


def test_the_artifact_goes_last(folder):
    assert keys(folder, ("train.csv",), spec=True, smoke=True) == [
        "models/churn/endpoint.yaml",
        "models/churn/7/baseline.csv",
        "models/churn/7/smoke.jsonl",
        "models/churn/7/model.tar.gz",
    ]


def test_model_monitors_files_are_a_baseline_too(folder):
    assert keys(folder, MONITOR)[:2] == [
        "models/churn/7/statistics.json",
        "models/churn/7/constraints.json",
    ]


@pytest.mark.parametrize("baseline", [("x.txt",), ("train.csv", "train.csv")])
def test_a_wrong_baseline_is_refused(folder, baseline):
    with pytest.raises(WrongUse, match=r"baseline"):
        keys(folder, baseline)


def test_a_file_is_digested_whole(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"a" * 3_000_000)
    assert sha256_of(path) == "2a152c894398719c0570f83fac34ac03a0f6e8e474b995c2403aa5434f7b9dd4"


def test_the_release_has_the_name_that_the_workflow_gives_it():
    drop = dropped("bucket", DROP, "v1")
    assert drop.release.startswith("7-")
    assert drop.release != dropped("bucket", DROP, "v2").release


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    forget_clients()
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="artifacts")
        versioning = {"Status": "Enabled"}
        s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration=versioning)
        yield "artifacts"
    forget_clients()


@pytest.mark.parametrize("size", [10, 9 * 1024**2])
def test_the_version_is_the_one_that_was_uploaded_whatever_came_since(
    tmp_path: Path, bucket: str, size: int
) -> None:
    """Small files go in one request, large ones in parts."""
    path, sent, theirs = tmp_path / "model.tar.gz", [], boto3.client("s3")
    path.write_bytes(b"m" * size)

    def somebody_else_drops_too(**_: object) -> None:
        theirs.put_object(Bucket=bucket, Key=DROP.key, Body=b"theirs")

    for call in ("PutObject", "CompleteMultipartUpload"):
        client("s3").meta.events.register(f"after-call.s3.{call}", somebody_else_drops_too)
    version = upload(bucket, [Piece(path, DROP.spec_key), Piece(path, DROP.key)], sent.append)
    mine = theirs.head_object(Bucket=bucket, Key=DROP.key, VersionId=version)
    newest = theirs.head_object(Bucket=bucket, Key=DROP.key)
    assert (mine["ContentLength"], sum(sent)) == (size, 2 * size)
    assert newest["VersionId"] != version
