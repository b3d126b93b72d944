from pathlib import Path

import pytest

from slipway.domain.naming import ModelDrop
from slipway_cli.problems import WrongUse
from slipway_cli.upload import dropped, pieces, sha256_of

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
