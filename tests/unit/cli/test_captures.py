from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from slipway.adapters.clients import forget_clients
from slipway_cli.captures import find_captures
from slipway_cli.problems import WrongUse


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("13/b.jsonl", "13/a.jsonl.gz", "12/z.JSONL", "13/.c.jsonl", "13/report.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        forget_clients()
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="captured")
        for key in ("churn/13/a.jsonl", "churn/14/b.jsonl.gz", "churn2/13/c.jsonl", "churn/x.txt"):
            s3.put_object(Bucket="captured", Key=key, Body=key.encode())
        yield "s3://captured"
    forget_clients()


def names(*places: object) -> list[str]:
    return [file.name for file in find_captures(map(str, places))]


def test_a_folder_is_read_with_all_below_it(folder: Path) -> None:
    found = [Path(name).relative_to(folder).as_posix() for name in names(folder)]
    assert found == ["12/z.JSONL", "13/a.jsonl.gz", "13/b.jsonl"]


def test_a_file_is_read_whatever_it_is_called(folder: Path) -> None:
    (file,) = find_captures([str(folder / "13" / "report.html")])
    assert b"".join(file.pieces()) == b"13/report.html"
    assert file.size == len("13/report.html")


def test_a_file_that_is_named_twice_is_read_once(folder: Path) -> None:
    assert len(names(folder, folder / "13" / "b.jsonl", folder / "13")) == 3


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("/churn", ["churn/13/a.jsonl", "churn/14/b.jsonl.gz"]),
        ("/churn/", ["churn/13/a.jsonl", "churn/14/b.jsonl.gz"]),
        ("/churn/14", ["churn/14/b.jsonl.gz"]),
        ("/churn/x.txt", ["churn/x.txt"]),
        ("", ["churn/13/a.jsonl", "churn/14/b.jsonl.gz", "churn2/13/c.jsonl"]),
    ],
)
def test_an_address_is_an_object_or_what_lies_below_it(
    bucket: str, prefix: str, found: list[str]
) -> None:
    assert names(bucket + prefix) == [f"{bucket}/{key}" for key in found]


def test_an_object_is_read_in_pieces(bucket: str) -> None:
    (file,) = find_captures([f"{bucket}/churn/13/a.jsonl"])
    assert b"".join(file.pieces()) == b"churn/13/a.jsonl"
    assert file.size == len("churn/13/a.jsonl")


@pytest.mark.parametrize("place", ["nowhere", "s3://", "s3:///churn"])
def test_a_place_that_cannot_be_is_named(place: str) -> None:
    with pytest.raises(WrongUse, match=place):
        find_captures([place])


def test_an_empty_place_is_no_captures(tmp_path: Path, bucket: str) -> None:
    for place in (tmp_path, f"{bucket}/nobody"):
        with pytest.raises(WrongUse, match="holds no captures"):
            find_captures([str(place)])
