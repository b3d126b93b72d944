"""`slipway drift`, as a person or a script meets it."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from slipway.adapters.clients import forget_clients
from slipway_cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

NO_DRIFT, DRIFT, CANNOT_TELL = 0, 1, 2
FILES = ["constraint_violations.json", "report.html", "statistics.json"]
ROWS = 3000


def row(chance: random.Random, shift: float = 0.0) -> list[str]:
    age = str(chance.randint(20, 60) + round(40 * shift))
    spent = f"{chance.gauss(100 + 60 * shift, 20):.3f}"
    plan = chance.choice(["basic", "basic", "plus"] if chance.random() > shift else ["premium"])
    return [age, spent, plan]


def record(number: int, rows: list[list[str]], hour: int = 13, *, answered: str = "0.25") -> str:
    data = "\n".join(",".join(cells) for cells in rows)
    answer = "\n".join(answered for _ in rows)
    side = {"observedContentType": "text/csv", "encoding": "CSV"}
    captured = {
        "endpointInput": {**side, "mode": "INPUT", "data": data},
        "endpointOutput": {**side, "mode": "OUTPUT", "data": answer},
    }
    meta = {"eventId": f"event-{number}", "inferenceTime": f"2026-03-02T{hour:02}:30:00Z"}
    return json.dumps({"captureData": captured, "eventMetadata": meta, "eventVersion": "0"})


def captures(folder: Path, count: int = 1500, *, shift: float = 0.0, hour: int = 13) -> Path:
    chance = random.Random(hour)
    folder.mkdir(parents=True)
    lines = [record(number, [row(chance, shift)], hour) for number in range(count)]
    (folder / "a.jsonl").write_text("\n".join(lines[::2]) + "\n")
    (folder / "b.jsonl.gz").write_bytes(gzip.compress("\n".join(lines[1::2]).encode()))
    return folder


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(1)
    path = tmp_path_factory.mktemp("training") / "train.csv"
    lines = [",".join([*row(chance), str(chance.randint(0, 1))]) for _ in range(ROWS)]
    path.write_text("\n".join(["age,spent,plan,churned", *lines]) + "\n")
    return path


@pytest.fixture(scope="module")
def baseline(training: Path) -> Path:
    out = training.parent / "baseline"
    result = run("baseline", training, "--out", out, "--label", "churned")
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture
def check(baseline: Path, tmp_path: Path) -> Callable[..., Result]:
    def checked(*places: object, **options: object) -> Result:
        given = {"baseline": baseline, "out": tmp_path / "out"} | options
        named = [f"--{name}={value}" for name, value in given.items()]
        return run("check", *places, *named)

    return checked


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["drift", *map(str, arguments)], env={"COLUMNS": "200"})


def written(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text())


def test_a_baseline_is_written_for_model_monitor_and_exactly(baseline: Path) -> None:
    assert sorted(path.name for path in baseline.iterdir()) == [
        "constraints.json",
        "slipway-baseline.json",
        "statistics.json",
    ]
    statistics = written(baseline, "statistics.json")
    assert statistics["dataset"]["item_count"] == ROWS
    kinds = {each["name"]: each["inferred_type"] for each in statistics["features"]}
    assert kinds["age"] == "Integral"
    assert kinds["plan"] == "String"


def test_the_same_traffic_is_no_drift(check: Callable[..., Result], tmp_path: Path) -> None:
    result = check(captures(tmp_path / "same"))
    assert result.exit_code == NO_DRIFT, result.output
    assert "no-drift" in result.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    assert written(tmp_path / "out", "constraint_violations.json") == {"violations": []}
    assert written(tmp_path / "out", "statistics.json")["dataset"]["item_count"] == 1500


def test_another_traffic_is_drift_and_named(check: Callable[..., Result], tmp_path: Path) -> None:
    result = check(captures(tmp_path / "other", shift=0.5))
    assert result.exit_code == DRIFT, result.output
    found = written(tmp_path / "out", "constraint_violations.json")["violations"]
    assert {each["feature_name"] for each in found} >= {"age", "spent", "plan"}
    for name in ("age", "spent", "plan", "jensen_shannon", str(tmp_path / "out" / "report.html")):
        assert name in result.stdout
    assert "<h1>other" in (tmp_path / "out" / "report.html").read_text()


def test_folders_of_hours_tell_when_it_began(check: Callable[..., Result], tmp_path: Path) -> None:
    for hour in range(8, 16):
        captures(tmp_path / f"day/{hour:02}", 400, shift=0.5 if hour > 11 else 0.0, hour=hour)
    result = check(tmp_path / "day")
    assert result.exit_code == DRIFT, result.output
    page = (tmp_path / "out" / "report.html").read_text()
    assert "first found on 2 March 2026 at 12:30 UTC" in page
    assert page.count('<rect class="over"') == 3 * 4
    assert page.count('class="under"') == 3 * 4


def test_an_odd_call_does_not_hide_that_what_is_answered_drifted(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    folder, chance = tmp_path / "answered", random.Random(13)
    folder.mkdir()
    every = [record(number, [row(chance)], answered="1") for number in range(1000)]
    every[0] = every[0].replace('"CSV"', '"JSON"')
    every[7] = record(7, [row(chance)], answered="0.5")
    (folder / "b.jsonl").write_text("\n".join(every) + "\n")
    (folder / "a.jsonl").write_text(record(2000, [row(chance)], answered="0.5") + "\n")
    result = check(folder)
    assert result.exit_code == DRIFT, result.output
    assert "1 drifted: churned: the jensen_shannon distance is" in result.stdout


def test_answers_that_the_baseline_holds_nothing_like_are_said_to_be_compared_with_nothing(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    result = check(captures(tmp_path / "scored"))
    assert result.exit_code == NO_DRIFT, result.output
    assert "None of 3 features has drifted" in result.stdout
    assert "What was answered is compared with nothing" in result.stdout
    page = (tmp_path / "out" / "report.html").read_text()
    assert "The baseline holds nothing that it could be compared with" in page


def test_nothing_captured_cannot_be_told(check: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    result = check(tmp_path / "empty.jsonl")
    assert result.exit_code == CANNOT_TELL
    assert "Nothing was captured" in result.stdout


def test_too_little_traffic_cannot_be_told(check: Callable[..., Result], tmp_path: Path) -> None:
    result = check(captures(tmp_path / "few", 20))
    assert result.exit_code == CANNOT_TELL
    assert "at least 200" in result.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES


@pytest.mark.parametrize(("shift", "code"), [(0.0, NO_DRIFT), (0.5, DRIFT)])
def test_model_monitors_files_alone_are_a_baseline(
    check: Callable[..., Result], baseline: Path, tmp_path: Path, shift: float, code: int
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for name in ("statistics.json", "constraints.json"):
        (theirs / name).write_bytes((baseline / name).read_bytes())
    traffic = captures(tmp_path / "traffic", shift=shift)
    result = check(traffic, baseline=theirs, label="churned")
    assert result.exit_code == code, result.output


def test_what_constraints_json_says_by_hand_holds(
    check: Callable[..., Result], baseline: Path, tmp_path: Path
) -> None:
    edited = tmp_path / "edited"
    edited.mkdir()
    for path in baseline.iterdir():
        (edited / path.name).write_bytes(path.read_bytes())
    constraints = written(edited, "constraints.json")
    constraints["monitoring_config"] = {
        "evaluate_constraints": "Disabled",
        "distribution_constraints": {"perform_comparison": "Disabled"},
    }
    (edited / "constraints.json").write_text(json.dumps(constraints))
    result = check(captures(tmp_path / "other", shift=0.5), baseline=edited)
    assert result.exit_code != DRIFT, result.output


def test_settings_of_the_endpoint_hold(check: Callable[..., Result], tmp_path: Path) -> None:
    spec = tmp_path / "endpoint.yaml"
    spec.write_text("drift: {features: {include: [age]}, thresholds: {jensen_shannon: 0.99}}\n")
    result = check(captures(tmp_path / "other", shift=0.5), spec=spec)
    assert result.exit_code == NO_DRIFT, result.output


def test_programs_read_the_verdict(check: Callable[..., Result], tmp_path: Path) -> None:
    result = check(captures(tmp_path / "other", shift=0.5), "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == DRIFT
    assert told["verdict"] == "drift"
    assert told["rows"] == 1500
    assert sorted(Path(path).name for path in told["files"]) == FILES


def test_captures_in_s3_are_read(
    check: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    forget_clients()
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="captured")
        for path in captures(tmp_path / "same").iterdir():
            s3.upload_file(str(path), "captured", f"capture/churn/all/{path.name}")
        result = check("s3://captured/capture/churn")
    forget_clients()
    assert result.exit_code == NO_DRIFT, result.output


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("statistics.json", "{", "statistics.json is no JSON"),
        ("statistics.json", "[]", "no JSON object"),
        ("statistics.json", "{}", "statistics.json"),
        ("slipway-baseline.json", "{}", "slipway-baseline.json"),
        ("notes.txt", "", "holds no baseline"),
    ],
)
def test_an_unreadable_baseline_is_named_and_tells_nothing(  # noqa: PLR0917 - fixtures and cases
    check: Callable[..., Result], tmp_path: Path, name: str, content: str, said: str
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / name).write_text(content)
    result = check(captures(tmp_path / "same", 10), baseline=broken)
    assert result.exit_code == CANNOT_TELL
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_a_baseline_for_another_label_is_refused(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    result = check(captures(tmp_path / "same", 10), label="plan")
    assert result.exit_code == CANNOT_TELL
    assert "drift baseline --label plan" in result.stderr


@pytest.mark.parametrize("arguments", [("check",), ("check", "nowhere"), ("baseline", "none.csv")])
def test_wrong_use_is_not_drift(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == CANNOT_TELL


def test_captures_that_are_not_there_are_named(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    result = check(tmp_path / "nowhere")
    assert result.exit_code == CANNOT_TELL
    assert "nowhere does not exist" in result.stderr


def test_a_folder_that_cannot_be_written_is_named(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    result = check(captures(tmp_path / "other", shift=0.5), out=tmp_path / "file" / "below")
    assert result.exit_code == CANNOT_TELL
    assert "file" in result.stderr


def test_a_run_does_not_replace_its_baseline(
    check: Callable[..., Result], baseline: Path, tmp_path: Path
) -> None:
    before = (baseline / "statistics.json").read_bytes()
    result = check(captures(tmp_path / "same"), out=baseline)
    assert result.exit_code == CANNOT_TELL
    assert (baseline / "statistics.json").read_bytes() == before


def test_what_nobody_foresaw_is_not_drift(
    check: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("nobody foresaw it")

    monkeypatch.setattr("slipway_cli.drift_check.judge_profile", fail)
    result = check(captures(tmp_path / "other", shift=0.5))
    assert result.exit_code == CANNOT_TELL
    assert "nobody foresaw it" in result.stderr


def test_a_csv_without_the_label_is_no_baseline(training: Path, tmp_path: Path) -> None:
    result = run("baseline", training, "--out", tmp_path / "out", "--label", "nobody")
    assert result.exit_code == CANNOT_TELL
    assert "nobody" in result.stderr


def test_a_copy_of_a_file_is_counted_once(check: Callable[..., Result], tmp_path: Path) -> None:
    folder = captures(tmp_path / "twice", 300)
    for name in ("a.jsonl", "b.jsonl.gz"):
        (folder / f"copy-of-{name}").write_bytes((folder / name).read_bytes())
    result = check(folder)
    assert "in 300 rows" in result.output
    assert "not counted: 2 that hold what others hold" in result.output
