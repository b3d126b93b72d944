from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from sandbox.events.patterns import EventPattern
from slipway.domain.naming import accepted_key, quarantine_key, staging_key
from tests.unit.conventions.project import EVENTS, ROOT, resources

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "slipway-artifactbucket-7r1xk2m4q9zd"
_MACHINES = "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway-"
# What the template refers to, as the samples have it.
PHYSICAL = {
    "ArtifactBucket": BUCKET,
    "ReleaseStateMachine": f"{_MACHINES}ReleaseStateMachine-Xk2Jq81PzTmN",
    "SettleStateMachine": f"{_MACHINES}SettleStateMachine-b07GvWd4LrQe",
    "RestStateMachine": f"{_MACHINES}RestStateMachine-t63KdVx9NcHa",
    "BurstStateMachine": f"{_MACHINES}BurstStateMachine-q82LmTe5WsYd",
    "RemediateStateMachine": f"{_MACHINES}RemediateStateMachine-n19RbXu7KpGf",
    "DriftStateMachine": f"{_MACHINES}DriftStateMachine-j56MwCa3ZvQh",
    "ReconcileStateMachine": f"{_MACHINES}ReconcileStateMachine-h41QzWm8RtLc",
}
SCHEMAS = sorted((ROOT / "docs" / "events").glob("*.schema.json"))

# Which rule an event sample is meant for; all others match none.
WANTED = {
    "s3-object-created-model": {"ModelDroppedRule"},
    "s3-object-created-model-multipart": {"ModelDroppedRule"},
    # The first state refuses it: a `*` also matches a slash.
    "s3-object-created-too-deep": {"ModelDroppedRule"},
    "s3-object-created-too-shallow": {"ModelDroppedRule"},
    # The release workflow tells it, and the other one ends.
    "s3-object-created-misplaced-spec": {"ModelDroppedRule", "SettingsChangedRule"},
    "s3-object-created-spec": {"SettingsChangedRule"},
    "sagemaker-endpoint-in-service": {"EndpointChangedRule"},
    "sagemaker-endpoint-failed": {"EndpointChangedRule"},
    "sagemaker-endpoint-update-rollback-failed": {"EndpointChangedRule"},
    "cloudwatch-alarm-rings": {"AlarmRangRule"},
    "slipway-operator-release-command": {"CommandRule", "JournalRule"},
    "states-execution-aborted": {"ExecutionEndedRule", "WorkflowFailedRule"},
    "states-burst-aborted": {"BurstEndedRule", "WorkflowFailedRule"},
}


def wanted(sample: str) -> set[str]:
    """Say which rules a sample is for; what Slipway tells is kept in the journal."""
    told = {"JournalRule"} if sample.startswith("slipway-") else set()
    return WANTED.get(sample, told)


def matching(event: dict[str, Any]) -> set[str]:
    return {
        name
        for name, rule in resources("AWS::Events::Rule").items()
        if EventPattern(json.dumps(_known(rule["EventPattern"]))).matches(event)
    }


def _known(pattern: Any) -> Any:
    """Put physical names where the template refers to resources."""
    if isinstance(pattern, dict) and pattern.keys() == {"Ref"}:
        return PHYSICAL[pattern["Ref"]]
    if isinstance(pattern, dict):
        return {key: _known(value) for key, value in pattern.items()}
    return [_known(value) for value in pattern] if isinstance(pattern, list) else pattern


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_a_sample_matches_the_rules_that_it_is_meant_for_and_no_other(path: Path) -> None:
    assert matching(read(path)) == wanted(path.stem)


def test_every_rule_has_a_sample() -> None:
    assert set().union(*map(wanted, (path.stem for path in EVENTS))) == set(
        resources("AWS::Events::Rule")
    )


@pytest.mark.parametrize(
    "key",
    [
        accepted_key("3b7a0f5c"),
        quarantine_key("3b7a0f5c"),
        staging_key("7-45b70d1f962d"),
        "capture/churn/1-abc/2026/03/02/08/part.jsonl",
        "reports/churn/model.tar.gz",
    ],
)
def test_what_slipway_writes_starts_nothing(key: str) -> None:
    event = read(ROOT / "events" / "s3-object-created-model.json")
    event["detail"]["object"]["key"] = key
    assert matching(event) == set()


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_samples_are_whole_events(path: Path) -> None:
    event = read(path)
    envelope = {"version", "id", "source", "account", "time", "region", "resources", "detail"}
    assert set(event) == envelope | {"detail-type"}


def test_every_event_of_slipway_has_a_schema_and_a_sample_that_keeps_it() -> None:
    schemas = {read(path)["title"]: read(path) for path in SCHEMAS}
    own = [read(path) for path in EVENTS if path.stem.startswith("slipway-")]
    assert {event["detail-type"] for event in own} == set(schemas)
    for event in own:
        jsonschema.validate(event, schemas[event["detail-type"]])
