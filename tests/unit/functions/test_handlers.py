"""The handlers as Lambda runs them: environment, event, context, errors by name."""

from __future__ import annotations

import importlib.util
import io
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from slipway.adapters.clients import client, forget_clients
from slipway.adapters.ledger import Ledger
from slipway.entry import count, entrypoint, logger
from slipway.environment import AnnouncingEnvironment, EnvironmentIncomplete, read_environment
from slipway.errors import ReleaseUnknown
from tests.fakes.make import MACHINE, execution
from tests.fakes.table import create_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[3]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
# These are told something else than a release: an event, a command, or an endpoint that settles.
OF_SOMETHING_ELSE = {
    "apply_floor",
    "begin_drift",
    "begin_reconcile",
    "begin_settling",
    "claim_burst",
    "begin_sleep",
    "begin_wake",
    "check_account",
    "check_awake",
    "claim_release",
    "collect_garbage",
    "compare_settings",
    "condemn_release",
    "fail_drift",
    "fall_back",
    "hold_event",
    "end_burst",
    "judge_drift",
    "judge_quality",
    "keep_journal",
    "keep_previous",
    "learn_baseline",
    "obey_command",
    "plan_drift",
    "profile_captures",
    "quiet_guards",
    "record_reconciled",
    "record_rest",
    "record_settled",
    "release_anew",
    "release_elsewhere",
    "recover_release",
    "remove_endpoint",
    "recover_burst",
    "request_wake",
    "restore_guards",
    "resume_release",
    "retire_previous",
    "ring_again",
    "revert_promotion",
    "roll_back_release",
    "shrink_previous",
    "start_checks",
    "take_snapshot",
    "tell_drift",
    "tell_failure",
    "wake_endpoint",
}
OF_A_RELEASE = [name for name in FUNCTIONS if name not in OF_SOMETHING_ELSE]
VARIABLES = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "LEDGER_TABLE": "ledger",
    "EVENT_BUS": "slipway",
    "TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:news",
    "ARTIFACT_BUCKET": "artifacts",
    "MODEL_NETWORK": "none",
    "MONITORING_BUCKET": "monitoring",
    "EXECUTION_ROLE_ARN": "arn:aws:iam::123456789012:role/serve",
    "KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/one",
    "LOG_RETENTION_DAYS": "90",
    "DEAD_LETTERS_ARN": "arn:aws:sqs:us-east-1:123456789012:dead",
    "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/schedule",
    "SETTLE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:settle",
    "RECOVERY_FUNCTION_ARN": "arn:aws:lambda:us-east-1:123456789012:function:recover",
    "HOLD_FUNCTION_ARN": "arn:aws:lambda:us-east-1:123456789012:function:hold",
    "REST_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:rest",
    "DRIFT_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:drift",
    "RECONCILE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:reconcile",
    "JUDGE_FUNCTION_ARN": "arn:aws:lambda:us-east-1:123456789012:function:judge",
}


@dataclass
class Context:
    function_name: str = "function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id: str = "request"


@pytest.fixture(scope="module", autouse=True)
def own_clients() -> Iterator[None]:
    """Keep clients for the module: making one takes longer than any of these tests."""
    forget_clients()
    yield
    forget_clients()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        create_ledger()
        client("s3").create_bucket(Bucket="artifacts")
        versioning = {"Status": "Enabled"}
        client("s3").put_bucket_versioning(Bucket="artifacts", VersioningConfiguration=versioning)
        client("sns").create_topic(Name="news")
        client("events").create_event_bus(Name="slipway")
        yield


def load(name: str) -> ModuleType:
    path = ROOT / "functions" / name / "app.py"
    spec = importlib.util.spec_from_file_location(f"functions.{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sample(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return loaded


@pytest.mark.parametrize("name", OF_A_RELEASE)
def test_an_unknown_release_is_told_by_name(account: None, name: str) -> None:
    event = {
        "execution": execution("one"),
        "machine": MACHINE,
        "endpoint": "churn",
        "release": "none",
        "outcome": "succeeded",
        "token": "token",
        "step": 0,
        "tries": 1,
        "gate": "approve",
    }
    if name == "forget_drop":
        assert load(name).handler(event, Context())["outcome"] == "unchanged"
        return
    with pytest.raises(ReleaseUnknown, match="no release none of endpoint churn"):
        load(name).handler(event, Context())


def test_settings_of_an_endpoint_that_nobody_knows_are_left_alone(account: None) -> None:
    given = sample("s3-object-created-spec")
    event = {"execution": execution("one"), "input": given, "hold": False, "looks": 0}
    for _ in range(2):
        begun = load("begin_reconcile").handler(event, Context())
        assert (begun["verdict"], begun["reason"]) == ("nothing", "Nothing serves churn")
    again = load("begin_reconcile").handler({**event, "execution": execution("two")}, Context())
    assert again["reason"] == f"{execution('one')} applies it"
    assert load("compare_settings").handler({"endpoint": "churn"}, Context()) == {"differences": []}
    assert load("start_checks").handler({}, Context()) == {"started": 0, "overdue": 0}


def test_an_empty_account_agrees_with_an_empty_ledger(account: None) -> None:
    assert load("check_account").handler({}, Context()) == {"found": 0, "repaired": 0}


def test_what_is_told_is_kept_once(account: None) -> None:
    for _ in range(2):
        kept = load("keep_journal").handler(sample("slipway-burst-started"), Context())
        assert kept == {"kept": "Burst Started"}
    (entry,) = Ledger("ledger").list_entries("churn")
    assert entry.reason == sample("slipway-burst-started")["detail"]["reason"]


def test_a_sample_of_s3_is_claimed_once(account: None) -> None:
    event = sample("s3-object-created-model")
    key = event["detail"]["object"]["key"]
    put = client("s3").put_object(Bucket="artifacts", Key=key, Body=b"model")
    event["detail"]["bucket"]["name"] = "artifacts"
    event["detail"]["object"]["version-id"] = put["VersionId"]
    handler = load("claim_release").handler
    first = handler({"execution": execution("one"), "input": event}, Context())
    second = handler({"execution": execution("two"), "input": event}, Context())
    assert (first["verdict"], first["endpoint"]) == ("claimed", "churn")
    assert second["verdict"] == "duplicate"
    (release,) = Ledger("ledger").list_releases("churn")
    assert (release.drop.by, release.drop.request) == ("account 123456789012", "C6N3QW8R0T5Y7ZKD")
    parked = load("take_lease").handler(
        {
            "execution": execution("one"),
            "machine": MACHINE,
            "endpoint": "churn",
            "release": first["release"],
        },
        Context(),
    )
    assert parked["verdict"] == "held"


def test_a_sample_of_the_wrong_depth_is_refused_with_a_notification(account: None) -> None:
    event = sample("s3-object-created-too-deep")
    answer = load("claim_release").handler(
        {"execution": execution("one"), "input": event}, Context()
    )
    assert answer["verdict"] == "refused"
    assert "depth" in answer["reason"]


def test_a_sample_of_sagemaker_wakes_nobody_when_nobody_waits(account: None) -> None:
    event = sample("sagemaker-endpoint-in-service")
    assert load("resume_release").handler(event, Context()) == {"woken": False}


def test_log_lines_are_found_by_execution_and_release(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @entrypoint
    def handler(event: dict[str, Any]) -> dict[str, Any]:
        count("ReleaseSucceeded")
        return {"done": event["release"]}

    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    logger.setLevel(logging.INFO)
    handler({"execution": "e", "release": "r", "endpoint": "churn"}, Context())
    (done,) = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (done["execution"], done["release"], done["endpoint"]) == ("e", "r", "churn")
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = {"ReleaseSucceeded"} & set().union(*counted)
    assert names == {"ReleaseSucceeded"}
    assert counted[-1]["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Slipway"


def test_a_forgotten_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("LEDGER_TABLE", "ledger")
    monkeypatch.delenv("EVENT_BUS", raising=False)
    monkeypatch.delenv("TOPIC_ARN", raising=False)
    with pytest.raises(EnvironmentIncomplete, match="EVENT_BUS, TOPIC_ARN not set"):
        read_environment(AnnouncingEnvironment)


def test_the_words_of_an_error_are_cut_and_its_name_is_kept() -> None:
    @entrypoint
    def handler(event: dict[str, Any]) -> dict[str, Any]:
        raise ReleaseUnknown("x" * 100_000)

    with pytest.raises(ReleaseUnknown) as caught:
        handler({}, Context())
    assert len(str(caught.value)) <= 8000
